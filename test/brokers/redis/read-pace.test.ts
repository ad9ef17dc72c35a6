import { Buffer } from "node:buffer";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ReadPace } from "../../../runtime/src/broker/redis/read-pace.js";
import type { StreamEntry } from "../../../runtime/src/broker/redis/stream-entry.js";

const entry = (bytes: number): StreamEntry => ({
  retried: false,
  id: "1-1",
  document: Buffer.alloc(bytes),
  attempt: 1,
  deliveries: 1,
  firstFailedAt: undefined,
});

describe("redis read pace", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
  afterEach(() => void vi.useRealTimers());

  test("quick handlers are read ahead for, others are not", () => {
    const pace = new ReadPace();
    expect(pace.times).toBe(1);
    pace.received([entry(100)]);
    pace.endTurn(true);
    expect(pace.times).toBe(16);
    pace.endTurn(true);
    expect(pace.times).toBe(4);
    vi.advanceTimersByTime(10);
    pace.endTurn(true);
    expect(pace.times).toBe(1);
  });

  test.each([
    [128, 2_048],
    [16_384, 16],
    [1_048_576, 1],
    [0, Number.POSITIVE_INFINITY],
  ])("of entries of %s bytes, some 256 KiB are read ahead at most", (bytes, most) => {
    const pace = new ReadPace();
    pace.received([entry(bytes), entry(bytes)]);
    expect(pace.mostAhead).toBe(most);
  });
});
