import { BusError, EventBus, LocalBroker } from "@eventwright/runtime";
import { AmqpBroker } from "@eventwright/runtime/amqp";
import { RedisBroker } from "@eventwright/runtime/redis";
import { expect, test } from "vitest";
import { makeBus } from "./make-bus.js";
import { OrderPlaced, StockCounted } from "./shop.js";

/** Options as they come out of a configuration file: the compiler knows nothing of them. */
function given<Options extends object>(json: string): Options {
  return JSON.parse(json);
}

const source = { source: "test", broker: new LocalBroker() };

test.each<readonly [what: string, make: () => unknown, message: string]>([
  [
    "a bus: a misspelled name",
    () => new EventBus({ ...source, ...given<object>('{"timeout":1}') }),
    "cannot make a bus: timeout: no such option, expected one of source, broker, ",
  ],
  [
    "a bus: nothing",
    () => Reflect.construct(EventBus, []),
    "cannot make a bus: expected an object with options",
  ],
  [
    "a bus: a number as text",
    () => new EventBus({ ...source, ...given<object>('{"timeoutMs":"1"}') }),
    "timeoutMs: expected a number above 0, got 1",
  ],
  [
    "a local broker: all at once",
    () => new LocalBroker(given('{"isolaton":"copy","isolation":"copied","capacity":-1}')),
    "cannot make a local broker: isolaton: no such option, expected one of isolation, capacity, maxBytes, clock, store; " +
      "isolation: expected share or copy, got copied; capacity: expected a number above 0, got -1",
  ],
  [
    "a Redis broker: a misspelled name",
    () => new RedisBroker(given('{"uri":"redis://redis-1"}')),
    "cannot make a Redis broker: uri: no such option, expected one of url, connection, ",
  ],
  [
    "a Redis broker: wrong values",
    () => new RedisBroker(given('{"url":"http://redis-1","prefix":7,"leaseMs":"1","onGroupLost":"ask"}')),
    "url: expected redis:// or rediss:// and a host; prefix: expected text without braces; " +
      "leaseMs: expected a number above 0, got 1; onGroupLost: expected create or stop, got ask",
  ],
  [
    "an AMQP broker: a misspelled name",
    () => new AmqpBroker(given('{"urls":[]}')),
    "cannot make an AMQP broker: urls: no such option, expected one of url, exchange, ",
  ],
  [
    "an AMQP broker: nothing",
    () => Reflect.construct(AmqpBroker, []),
    "cannot make an AMQP broker: expected an object with options; url: expected amqp:// or amqps://",
  ],
])("options of %s is refused", (_what, make, message) => {
  expect(make).toThrow(message);
  expect(make).toThrow(BusError);
});

test("options: one that is undefined is not given", async () => {
  const bus: EventBus = Reflect.construct(EventBus, [{ ...source, timeoutMs: undefined, log: undefined }]);
  bus.listen(StockCounted, () => {});
  await bus.start();
  await bus.close();
});

test.each<readonly [options: string, message: string]>([
  ['{"nam":"x"}', "cannot listen as mail: nam: no such option, expected one of name, scope, "],
  ['{"scope":"all"}', "scope: expected group or broadcast, got all"],
  [
    '{"concurrency":0,"timeoutMs":"1"}',
    "concurrency: expected 1 or more, got 0; timeoutMs: expected a number above 0, got 1",
  ],
  ['{"where":{"region":"eu"}}', "where: expected a function"],
  ['{"parameters":{"shop":"eu"}}', "parameters.shop: no such parameter, expected one of region"],
  ['{"parameters":{"region":"mars"}}', 'parameters.region: expected one of "eu", "us", got other text'],
  [
    '{"retry":{"immediat":1,"delayed":-1,"order":"stop"}}',
    "retry.immediat: no such option, expected one of immediate, ",
  ],
  [
    '{"retry":{"delayed":-1,"order":"stop"}}',
    "retry.delayed: expected a number of 0 or more, got -1; retry.order: expected pass or stopKey, got stop",
  ],
])("listening with options %s is refused", (options, message) => {
  const { bus } = makeBus();
  expect(() => bus.listen(OrderPlaced, function mail() {}, given(options))).toThrow(message);
});

test("listening with a parameter of one of several channels is fine", async () => {
  const { bus } = makeBus();
  bus.listen([OrderPlaced, StockCounted], () => {}, { name: "both", parameters: given('{"region":"eu"}') });
  await bus.start();
  await bus.close();
});
