import { systemClock } from "@eventwright/runtime";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

const day = 86_400_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("system clock: a delay beyond what one timer can hold ends at its time", () => {
  const fired = vi.fn();
  systemClock.after(60 * day, fired);
  vi.advanceTimersByTime(60 * day - 1);
  expect(fired).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(fired).toHaveBeenCalledOnce();
  expect(vi.getTimerCount()).toBe(0);
});

test.for([0, 30, 55])("system clock: such a delay can be called off after %i days", (days) => {
  const fired = vi.fn();
  const cancel = systemClock.after(60 * day, fired);
  vi.advanceTimersByTime(days * day);
  cancel();
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(60 * day);
  expect(fired).not.toHaveBeenCalled();
});
