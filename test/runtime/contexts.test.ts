import type { HandlerContext } from "@eventwright/runtime";
import { expect, test } from "vitest";
import { makeBus, makeBuses, makeTimedBus, signal } from "./make-bus.js";
import { StockCounted, StockNamed } from "./shop.js";

/** Declares an event and no context, and gets at one all the same. */
type Curious = (event: unknown, ...rest: readonly [HandlerContext<unknown>]) => void | Promise<void>;

test("contexts: handlers that declare none share one, with all that belongs to the event", async () => {
  const { bus } = makeBus();
  const contexts: HandlerContext<unknown>[] = [];
  const curious = (): Curious => (_, context) => void contexts.push(context);
  const hidden = curious();
  const first: Curious = (event, ...rest) => hidden(event, ...rest);
  const second: Curious = (event, ...rest) => hidden(event, ...rest);
  bus.listen(StockNamed, first).listen(StockNamed, second);
  await bus.start();
  const envelope = await bus.publish(StockNamed, "a");
  expect(contexts).toHaveLength(2);
  expect(contexts[1]).toBe(contexts[0]);
  expect(contexts[0]?.envelope).toBe(envelope);
  expect(contexts[0]).toMatchObject({ attempt: 1, parameters: {} });
  expect(contexts[0]?.signal.aborted).toBe(false);
  await bus.close();
});

test("contexts: handlers that declare one, or take all arguments, have their own", async () => {
  const { bus } = makeBus();
  const contexts: unknown[] = [];
  bus.listen(StockNamed, (_, context) => void contexts.push(context));
  bus.listen(StockNamed, (...all) => void contexts.push(all[1]));
  bus.listen(StockNamed, (_, context) => void contexts.push(context));
  await bus.start();
  await bus.publish(StockNamed, "a");
  expect(new Set(contexts).size).toBe(3);
  await bus.close();
});

test("contexts: an event of another bus comes with contexts of the bus that hears it", async () => {
  const [sender, hearer] = makeBuses(2);
  const published: unknown[] = [];
  const curious: Curious = async (_, ...[context]) => void (await context.publish(StockNamed, "b"));
  hearer?.bus.listen(StockCounted, curious);
  hearer?.bus.setDefaultListener((event) => void published.push(event));
  await sender?.bus.start();
  await hearer?.bus.start();
  await sender?.bus.publish(StockCounted, { sku: "a", count: 1 });
  await hearer?.bus.idle();
  expect(published).toEqual(["b"]);
  await sender?.bus.close();
  await hearer?.bus.close();
});

test("contexts: a shared one refuses to publish, and says what to do", async () => {
  const { bus } = makeBus();
  const errors: unknown[] = [];
  const curious: Curious = async (_, ...[context]) => {
    await context.publish(StockNamed, "b").catch((error: unknown) => errors.push(error));
  };
  bus.listen(StockCounted, curious);
  await bus.start();
  await bus.publish(StockCounted, { sku: "a", count: 1 });
  await bus.idle();
  expect(errors).toMatchObject([{ code: "PUBLISH_CONTEXT_SHARED", outcome: "refused" }]);
  expect(String(errors[0])).toContain("second parameter");
  await bus.close();
});

test("contexts: the signal of a shared one is aborted when close gives its handler up", async () => {
  const { bus } = makeBus();
  const started = signal<AbortSignal>();
  const never = new Promise<void>(() => {});
  const curious: Curious = (_, ...[context]) => {
    started.resolve(context.signal);
    return never;
  };
  bus.listen(StockNamed, curious);
  await bus.start();
  await bus.publish(StockNamed, "a");
  const report = await bus.close({ timeoutMs: 1 });
  expect(report.left).toHaveLength(1);
  expect((await started.promise).aborted).toBe(true);
});

test("contexts: a time limit aborts the signal of its own handler alone", async () => {
  const { bus, clock } = makeTimedBus();
  const signals: AbortSignal[] = [];
  const release = signal();
  const curious =
    (): Curious =>
    (_, ...[context]) => {
      signals.push(context.signal);
      return release.promise;
    };
  bus.listen(StockNamed, curious(), { timeoutMs: 10 }).listen(StockNamed, curious());
  await bus.start();
  await bus.publish(StockNamed, "a");
  await clock.advance(10);
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  release.resolve();
  await bus.close();
});

test("contexts: a handler that fails, or asks for another try, is judged whether it shares or not", async () => {
  const { bus, failures } = makeBus();
  bus.listen(StockNamed, (_event) => {
    throw new Error("shared");
  });
  bus.listen(StockNamed, (_event, _context) => {
    throw new Error("own");
  });
  bus.listen(StockNamed, async (_event) => {
    throw new Error("later");
  });
  await bus.start();
  await bus.publish(StockNamed, "a");
  await bus.idle();
  expect(failures.map(({ error }) => String(error))).toEqual(["Error: shared", "Error: own", "Error: later"]);
  expect(failures).toMatchObject([{ attempt: 1 }, { attempt: 1 }, { attempt: 1, next: "drop" }]);
  await bus.close();
});
