import { AsyncLocalStorage } from "node:async_hooks";
import {
  decodeStructured,
  type Envelope,
  encodeStructured,
  LocalBroker,
  type Middleware,
  type Serializer,
  withHeaders,
} from "@eventwright/runtime";
import { defineChannel, defineEvent } from "@eventwright/runtime/contract";
import { TestBroker } from "@eventwright/runtime/testing";
import { expect, test } from "vitest";
import { makeBus } from "./make-bus.js";
import { OrderPlaced, StockCounted, StockNamed, scalar } from "./shop.js";

const limits = { maxBytes: 1_000_000, maxDepth: 64 };

test.for(["share", "copy"] as const)(
  "E1: headers set when publishing are read when handling (%s)",
  async (isolation) => {
    const { bus } = makeBus({ broker: new LocalBroker({ isolation }) });
    const seen: unknown[] = [];
    bus.listen(StockNamed, (_, { envelope }) => {
      const { tenant, missing, constructor: inherited } = envelope.headers;
      seen.push(tenant, missing, inherited);
    });
    await bus.start();
    await bus.publish(StockNamed, "a", { headers: { tenant: "acme" } });
    expect(seen).toEqual(["acme", undefined, undefined]);
    await bus.close();
  },
);

test("E1: an envelope cannot be changed by a handler", async () => {
  const { bus } = makeBus();
  let envelope: Envelope | undefined;
  bus.listen(StockNamed, (_, context) => {
    envelope = context.envelope;
    expect(Reflect.set(context.envelope.headers, "tenant", "changed")).toBe(false);
    expect(Reflect.set(context.envelope, "id", "changed")).toBe(false);
  });
  await bus.start();
  await bus.publish(StockNamed, "a", { headers: { tenant: "acme" }, id: "1" });
  expect(envelope).toMatchObject({ id: "1", headers: { tenant: "acme" } });
  await bus.close();
});

test("E1: the envelope is one of CloudEvents, with the key as its subject", async () => {
  const broker = new TestBroker();
  const { bus } = makeBus({ broker });
  bus.listen(OrderPlaced, () => {}, { name: "l" });
  await bus.start();
  await bus.publish(
    OrderPlaced,
    { orderId: "o/1", total: 1 },
    { region: "eu" },
    { id: "1", time: new Date(0) },
  );
  expect(broker.assertPublished(OrderPlaced)).toEqual({
    specversion: "1.0",
    id: "1",
    source: "test",
    type: "orders.OrderPlaced.v1",
    time: "1970-01-01T00:00:00.000Z",
    datacontenttype: "application/json",
    subject: "o/1",
    headers: {},
    payload: { orderId: "o/1", total: 1 },
  });
  await bus.close();
});

test("E2: first registered is outermost on both sides; the handle side knows the listener and may stop it", async () => {
  const steps: string[] = [];
  const named = (name: string): Middleware => ({
    async publish(envelope, _contract, next) {
      steps.push(`${name} publishes`);
      await next(withHeaders(envelope, { [name]: "added" }));
      steps.push(`${name} published`);
    },
    async handle(_envelope, contract, next, listener) {
      if (listener.name === "shunned") return;
      steps.push(`${name} handles ${contract.name} for ${listener.name}`);
      await next();
      steps.push(`${name} handled`);
    },
  });
  const { bus } = makeBus({ middleware: [named("a"), named("b")] });
  const heard: unknown[] = [];
  bus.listen(StockNamed, (_, { envelope }) => void heard.push({ ...envelope.headers }), { name: "heard" });
  bus.listen(StockNamed, () => void heard.push("never"), { name: "shunned" });
  await bus.start();
  await bus.publish(StockNamed, "x");
  await bus.idle();
  expect(heard).toEqual([{ a: "added", b: "added" }]);
  const side = (verb: RegExp): string[] => steps.filter((step) => verb.test(step));
  expect(side(/publish/)).toEqual(["a publishes", "b publishes", "b published", "a published"]);
  expect(side(/handle/)).toEqual([
    "a handles StockNamed for heard",
    "b handles StockNamed for heard",
    "b handled",
    "a handled",
  ]);
  await bus.close();
});

test("E2: middleware belongs to its bus", async () => {
  let calls = 0;
  const counting: Middleware = {
    publish(_envelope, _contract, next) {
      calls++;
      return next();
    },
  };
  const { bus: first } = makeBus({ middleware: [counting] });
  const { bus: second } = makeBus();
  for (const bus of [first, second]) {
    await bus.start();
    await bus.publish(StockNamed, "x");
    await bus.close();
  }
  expect(calls).toBe(1);
});

test("E2: what middleware makes of an event has to fit the contract, headers included", async () => {
  const change = (changed: object): Middleware => ({
    publish: ({ specversion, id, source, type, time, headers, payload }, _contract, next) =>
      next({ specversion, id, source, type, time, headers, payload, ...changed }),
  });
  const cases = [{ payload: 7 }, { headers: { "Not-A-Name": "x" } }];
  for (const changed of cases) {
    const { bus } = makeBus({ middleware: [change(changed)] });
    await bus.start();
    await expect(bus.publish(StockNamed, "x")).rejects.toMatchObject({
      code: "PUBLISH_INVALID",
      outcome: "refused",
    });
    await bus.close();
  }
});

test("E2: a middleware that calls next twice fails the event", async () => {
  const twice: Middleware = {
    async handle(_envelope, _contract, next) {
      await next();
      await next();
    },
  };
  const { bus, failures } = makeBus({ middleware: [twice] });
  let heard = 0;
  bus.listen(StockNamed, () => void heard++);
  await bus.start();
  await bus.publish(StockNamed, "x");
  await bus.idle();
  expect(heard).toBe(1);
  expect(failures).toMatchObject([{ error: { code: "MIDDLEWARE_NEXT_TWICE" } }]);
  await bus.close();
});

test("E3: a session goes along in a header, and events that run at once do not mix theirs", async () => {
  const session = new AsyncLocalStorage<string>();
  const sessions: Middleware = {
    publish: (envelope, _contract, next) =>
      next(withHeaders(envelope, { sessionid: session.getStore() ?? "none" })),
    handle: (envelope, _contract, next) => session.run(envelope.headers.sessionid ?? "none", next),
  };
  const { bus } = makeBus({ middleware: [sessions], broker: new LocalBroker({ isolation: "copy" }) });
  const seen: string[] = [];
  bus.listen(StockNamed, async (name) => {
    for (let turns = 0; turns < (name === "1" ? 5 : 1); turns++)
      await new Promise((resolve) => setImmediate(resolve));
    seen.push(`${name} in ${session.getStore()}`);
  });
  await bus.start();
  await Promise.all(
    ["1", "2", "3"].map((name) => session.run(`s${name}`, () => bus.publish(StockNamed, name))),
  );
  await bus.publish(StockNamed, "4");
  await bus.idle();
  expect(seen.toSorted()).toEqual(["1 in s1", "2 in s2", "3 in s3", "4 in none"]);
  await bus.close();
});

test("E4: the serializer of a bus can be replaced", async () => {
  const reversed = (bytes: Uint8Array): Uint8Array => bytes.toReversed();
  const turning: Serializer = {
    contentType: "text/x-turned",
    serialize: (_contract, payload) => reversed(new TextEncoder().encode(JSON.stringify(payload))),
    deserialize: (_contract, bytes) => JSON.parse(new TextDecoder().decode(reversed(bytes))),
  };
  const { bus } = makeBus({ broker: new LocalBroker({ isolation: "copy" }), serializer: turning });
  const seen: unknown[] = [];
  bus.listen(StockCounted, (event, { envelope }) => void seen.push(event, envelope.datacontenttype));
  await bus.start();
  await bus.publish(StockCounted, { sku: "a", count: 2 });
  expect(seen).toEqual([{ sku: "a", count: 2 }, "text/x-turned"]);
  await bus.close();
});

test("E4: numbers that JSON cannot hold are refused on a local broker as on any other", async () => {
  const channel = defineChannel({ name: "n", address: "n", durable: false });
  const Measured = defineEvent<number>({
    name: "Measured",
    channel,
    type: "n",
    version: 1,
    payload: scalar("number"),
  });
  const { bus } = makeBus();
  const heard: number[] = [];
  bus.listen(Measured, (value) => void heard.push(value));
  await bus.start();
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
    await expect(bus.publish(Measured, value)).rejects.toMatchObject({
      code: "PUBLISH_INVALID",
      outcome: "refused",
    });
  }
  await bus.publish(Measured, 1);
  expect(heard).toEqual([1]);
  await bus.close();
});

const structured: readonly (readonly [what: string, contentType: string | undefined, body: string])[] = [
  ["an object", "application/json", '{"a":"é\u{1f600}"}'],
  ["a text", "application/json; charset=utf-8", '"x"'],
  ["a vendor's JSON", "application/vnd.shop+json", "1"],
  ["no payload", undefined, ""],
  ["other bytes", "application/octet-stream", "\u0000\u0001ÿ"],
];

test.for(structured)("envelope: structured JSON carries %s and back", ([, datacontenttype, text]) => {
  const body = new TextEncoder().encode(text);
  const attributes = { specversion: "1.0", id: "1", source: "s", type: "t", tenant: "acme" };
  const full = datacontenttype === undefined ? attributes : { ...attributes, datacontenttype };
  const back = decodeStructured(encodeStructured(full, body), limits);
  expect({ ...back.attributes }).toEqual(full);
  expect(new TextDecoder().decode(back.body)).toBe(text);
});

test("envelope: a structured event of another producer is read, and rubbish is refused", () => {
  const foreign =
    '{"specversion":"1.0","id":"1","source":"/x","type":"t","data":{"a":1},"number":7,"none":null}';
  const { attributes, body } = decodeStructured(new TextEncoder().encode(foreign), limits);
  expect({ ...attributes }).toEqual({
    specversion: "1.0",
    id: "1",
    source: "/x",
    type: "t",
    number: "7",
    datacontenttype: "application/json",
  });
  expect(new TextDecoder().decode(body)).toBe('{"a":1}');
  for (const rubbish of [
    "",
    "7",
    "[]",
    "null",
    '{"specversion":"1.0"}',
    '{"specversion":"0.3","id":"1","source":"s","type":"t"}',
  ]) {
    expect(() => decodeStructured(new TextEncoder().encode(rubbish), limits)).toThrow("structured event");
  }
});

test("isolation: a copy is what the event's bytes would have given", async () => {
  const channel = defineChannel({ name: "c", address: "c", durable: false });
  const Anything = defineEvent<unknown>({
    name: "Anything",
    channel,
    type: "c",
    version: 1,
    payload: () => undefined,
  });
  const payload = {
    ...JSON.parse('{"__proto__":{"polluted":true},"text":"ä","list":[1,[null,{}]]}'),
    absent: undefined,
    negative: -0,
    bare: Object.assign(Object.create(null), { a: 1 }),
  };
  const wanted: unknown = JSON.parse(JSON.stringify(payload));
  const { bus } = makeBus({ broker: new LocalBroker({ isolation: "copy" }) });
  const got: unknown[] = [];
  for (const name of ["one", "two"]) bus.listen(Anything, (event) => void got.push(event), { name });
  await bus.start();
  await bus.publish(Anything, payload);
  const [first, second] = got;
  for (const copy of [first, second]) {
    expect(copy).toStrictEqual(wanted);
    expect(Object.keys(Object(copy))).toEqual(Object.keys(Object(wanted)));
    expect(copy).not.toBe(payload);
  }
  expect(first).not.toBe(second);
  await bus.close();
});

test("isolation: what handlers do with an event, and its publisher afterwards, changes nothing for others", async () => {
  const channel = defineChannel({ name: "c", address: "c", durable: false });
  const Counted = defineEvent<{ count: number }>({
    name: "Counted",
    channel,
    type: "c",
    version: 1,
    payload: () => undefined,
  });
  const { bus } = makeBus({ broker: new LocalBroker({ isolation: "copy" }) });
  const mine = { count: 1 };
  const got: (readonly [count: number, id: string])[] = [];
  for (const name of ["one", "two", "three"]) {
    bus.listen(
      Counted,
      (event, { envelope }) => {
        got.push([event.count, envelope.id]);
        Object.assign(event, { count: 99 });
        mine.count = 98;
      },
      { name },
    );
  }
  await bus.start();
  const { id } = await bus.publish(Counted, mine);
  expect(got).toEqual([1, 2, 3].map(() => [1, id]));
  await bus.close();
});
