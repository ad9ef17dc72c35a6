import { jsonSerializer, LocalBroker, PayloadError, type Serializer } from "@eventwright/runtime";
import { type Closed, defineChannel, defineEvent, fail, members, vouch } from "@eventwright/runtime/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import { makeBus } from "./make-bus.js";
import { anything, OrderPlaced, StockCounted, StockEmptied, StockNamed, scalar } from "./shop.js";

const channel = defineChannel({ name: "any", address: "any", durable: false });
const Anything = defineEvent<unknown>({
  name: "Anything",
  channel,
  type: "any.Anything.v1",
  version: 1,
  payload: anything,
});
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function error(work: () => unknown): PayloadError {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof PayloadError) return thrown;
    throw thrown;
  }
  throw new Error("expected a PayloadError");
}

test("C1: an event is any plain value; none is wrapped or changed", async () => {
  const { bus } = makeBus({ broker: new LocalBroker({ isolation: "copy" }) });
  const received: unknown[] = [];
  bus.listen(Anything, (payload) => void received.push(payload));
  bus.listen(StockEmptied, (payload) => void received.push(payload));
  await bus.start();
  const values: unknown[] = [{ a: 1 }, "text", 0, -1.5, true, false, null, [], [1, [2]]];
  for (const value of values) await bus.publish(Anything, value);
  await bus.publish(StockEmptied, undefined);
  expect(received).toEqual([...values, undefined]);
  await bus.close();
});

test("C2: names that differ only in punctuation stay different on the wire", async () => {
  const { bus } = makeBus();
  const heard: string[] = [];
  const events = ["user.created", "user_created", "user-created"].map((type) =>
    defineEvent<unknown>({ name: type, channel, type, version: 1, payload: anything }),
  );
  for (const event of events) bus.listen(event, () => void heard.push(event.type));
  await bus.start();
  for (const event of events) await bus.publish(event, 1);
  expect(heard).toEqual(["user.created", "user_created", "user-created"]);
  await bus.close();
});

test("C3: a contract's display text is its name, in errors too", () => {
  expect(`${StockCounted}`).toBe("StockCounted");
  expect(error(() => StockCounted.deserialize(bytes("{}"))).message).toBe(
    "invalid StockCounted: /sku: expected a value, got nothing",
  );
});

test("C5: the content key is equal for equal content in any order of members", () => {
  expect(StockCounted.key({ sku: "a", count: 1 })).toBe(StockCounted.key({ count: 1, sku: "a" }));
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const turned = JSON.parse(JSON.stringify(value), (_, member: unknown) =>
        typeof member === "object" && member !== null && !Array.isArray(member)
          ? Object.fromEntries(Object.entries(member).toReversed())
          : member,
      );
      expect(Anything.key(turned)).toBe(Anything.key(JSON.parse(JSON.stringify(value))));
    }),
  );
});

test("C5: the content key differs for different content", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 2 }), fc.jsonValue({ maxDepth: 2 }), (left, right) => {
      const [a, b] = [JSON.parse(JSON.stringify(left)), JSON.parse(JSON.stringify(right))];
      const equal = (() => {
        try {
          expect(a).toEqual(b);
          return true;
        } catch {
          return false;
        }
      })();
      expect(Anything.key(a) === Anything.key(b)).toBe(equal);
    }),
  );
});

test("contracts: what is serialized is deserialized to the same, for every JSON value", () => {
  fc.assert(
    fc.property(fc.jsonValue({ depthSize: "medium" }), (value) => {
      const plain: unknown = JSON.parse(JSON.stringify(value));
      expect(Anything.deserialize(Anything.serialize(plain))).toEqual(plain);
    }),
  );
});

test("contracts: no payload is no bytes", () => {
  expect(StockEmptied.serialize(undefined)).toHaveLength(0);
  expect(StockEmptied.deserialize(new Uint8Array(0))).toBeUndefined();
  expect(error(() => StockEmptied.deserialize(bytes("1"))).violation).toMatchObject({
    expected: "no payload",
  });
});

class Money {
  amount = 1;
}
const cycle: { self?: unknown } = {};
cycle.self = cycle;
const sparse: unknown[] = [];
sparse[1] = 1;

const unwritable: readonly (readonly [what: string, value: unknown, path: string, got: string])[] = [
  ["NaN", Number.NaN, "", "NaN"],
  ["infinity", { a: [Number.POSITIVE_INFINITY] }, "/a/0", "an infinite number"],
  ["undefined in an array", { a: [undefined] }, "/a/0", "undefined"],
  ["a hole in an array", sparse, "/0", "undefined"],
  ["a function", { "a/b~c": () => {} }, "/a~1b~0c", "a function"],
  ["a symbol", { a: Symbol("s") }, "/a", "a symbol"],
  ["a big integer", [1n], "/0", "a bigint"],
  ["an object of a class", { a: new Money() }, "/a", "an object of a class"],
  ["a date", { at: new Date(0) }, "/at", "an object of a class"],
  ["a map", new Map(), "", "an object of a class"],
  ["an object with toJSON", { toJSON: () => 1 }, "", "an object of a class"],
  ["a lone surrogate", { a: "\ud800x" }, "/a", "text with half a surrogate pair"],
  ["a lone surrogate in a name", { "\udc00": 1 }, "", "a member name with half a surrogate pair"],
];

test.for(unwritable)("E4: %s is refused, not changed", ([, value, path, got]) => {
  const { code, direction, violation } = error(() => Anything.serialize(value));
  expect({ code, direction, path: violation?.path, got: violation?.got }).toEqual({
    code: "PAYLOAD_INVALID",
    direction: "publish",
    path,
    got,
  });
});

test("E4: a cycle is refused", () => {
  expect(error(() => Anything.serialize(cycle)).violation?.got).toBe("a cycle or too many levels");
});

/** As a validator of generated code that leaves `/open` open. */
function validateOpen(value: unknown, closed: Closed) {
  const object = members(value, closed);
  if (object === undefined) return fail("", "type", "object", value);
  if (closed && object.open !== undefined) vouch(object.open, closed);
  return undefined;
}
const vouched = { name: "Open", channel, type: "any.Open.v1", version: 1, payload: validateOpen, levels: 2 };

test.for(unwritable)(
  "E4: %s is refused, also where the validator vouches for the rest",
  async ([, value, path, got]) => {
    const Open = defineEvent<unknown>(vouched);
    const { bus } = makeBus();
    bus.listen(Open, () => {});
    await bus.start();
    const violation = { path: `/open${path}`, keyword: "json", expected: "a value that JSON can hold", got };
    expect(error(() => Open.serialize({ open: value })).violation).toEqual(violation);
    await expect(bus.publish(Open, { open: value })).rejects.toMatchObject({ cause: { violation } });
    await bus.close();
  },
);

test("contracts: a serializer is told whether JSON is known to hold the payload", async () => {
  const told: unknown[] = [];
  const serializer: Serializer = {
    ...jsonSerializer,
    check: (_contract, payload, isJson) => void told.push([payload, isJson]),
  };
  const { bus } = makeBus({ serializer });
  const { levels: _, ...mute } = vouched;
  const Open = defineEvent<unknown>(vouched);
  const Mute = defineEvent<unknown>({ ...mute, name: "Mute", type: "any.Mute.v1" });
  const Deep = defineEvent<unknown>({ ...vouched, name: "Deep", type: "any.Deep.v1", levels: 513 });
  for (const contract of [Open, Mute, Deep]) bus.listen(contract, () => {});
  await bus.start();
  const odd = { open: Number.NaN };
  for (const [contract, payload] of [
    [Open, {}],
    [Open, odd],
    [Mute, {}],
    [Deep, {}],
  ] as const) {
    await bus.publish(contract, payload);
  }
  expect(told).toEqual([
    [{}, true],
    [odd, false],
    [{}, false],
    [{}, false],
  ]);
  await bus.close();
});

test("contracts: members that are undefined are left out; text that looks like an escape is kept", () => {
  const text = "\\ud800 \\\\ud800 \u{1f600}";
  expect(Anything.deserialize(Anything.serialize({ a: undefined, text }))).toEqual({ text });
});

const unreadable: readonly (readonly [what: string, body: Uint8Array, code: PayloadError["code"]])[] = [
  ["broken JSON", bytes("{"), "PAYLOAD_MALFORMED"],
  ["bytes that are no UTF-8", Uint8Array.of(0x22, 0xff, 0x22), "PAYLOAD_MALFORMED"],
  ["a byte order mark", Uint8Array.of(0xef, 0xbb, 0xbf, 0x31), "PAYLOAD_MALFORMED"],
  ["65 levels", bytes("[".repeat(65) + "]".repeat(65)), "PAYLOAD_TOO_DEEP"],
  ["65 levels of objects", bytes(`${'{"a":'.repeat(65)}1${"}".repeat(65)}`), "PAYLOAD_TOO_DEEP"],
  ["more than a mebibyte", bytes(`"${"x".repeat(1_048_576)}"`), "PAYLOAD_TOO_LARGE"],
];

test.for(unreadable)("contracts: %s is refused on receipt", ([, body, code]) => {
  expect(error(() => Anything.deserialize(body)).code).toBe(code);
});

test("contracts: brackets in text and many shallow ones are no depth", () => {
  const wide = Array.from({ length: 200 }, () => ["[[[[", { a: '\\"{{{' }]);
  expect(Anything.deserialize(Anything.serialize(wide))).toEqual(wide);
  expect(Anything.deserialize(bytes("[".repeat(64) + "]".repeat(64)))).toBeDefined();
});

test("contracts: limits can be set by channel", () => {
  const narrow = defineChannel({
    name: "n",
    address: "n",
    durable: false,
    limits: { maxBytes: 5, maxDepth: 1 },
  });
  const Narrow = defineEvent<unknown>({
    name: "Narrow",
    channel: narrow,
    type: "n",
    version: 1,
    payload: anything,
  });
  expect(Narrow.deserialize(bytes("[1]"))).toEqual([1]);
  expect(error(() => Narrow.deserialize(bytes("[[]]"))).code).toBe("PAYLOAD_TOO_DEEP");
  expect(error(() => Narrow.deserialize(bytes("[1,2,3]"))).code).toBe("PAYLOAD_TOO_LARGE");
});

test("contracts: no message quotes a payload's values", () => {
  const secret = "s3cr3t";
  const errors = [
    error(() => Anything.deserialize(bytes(`{"a": ${secret}`))),
    error(() => Anything.serialize({ a: [secret, Number.NaN] })),
    error(() => StockNamed.deserialize(bytes(`{"${secret}": 1}`))),
  ];
  for (const { message, cause } of errors) {
    expect(message).not.toContain(secret);
    expect(String(cause)).not.toContain(secret);
  }
});

test("contracts: a writer adds no members, a reader lets them pass", () => {
  const more = { orderId: "1", total: 1, extra: true };
  expect(error(() => OrderPlaced.serialize(more)).violation?.path).toBe("/extra");
  expect(OrderPlaced.deserialize(bytes(JSON.stringify(more)))).toEqual(more);
  expect(OrderPlaced.is(more)).toBe(true);
  expect(OrderPlaced.is({ orderId: 1 })).toBe(false);
});

test("contracts: names such as __proto__ are plain data", () => {
  const hostile: unknown = JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1, "toString": 2}');
  const back = Anything.deserialize(Anything.serialize(hostile));
  expect(JSON.stringify(back)).toBe(JSON.stringify(hostile));
  expect({}).not.toHaveProperty("polluted");
  const keyed = defineEvent<unknown>({
    name: "K",
    channel,
    type: "k",
    version: 1,
    payload: scalar("string"),
  });
  expect(keyed.is("x")).toBe(true);
});

test.for([
  { made: "at once", isJson: true, broker: () => new LocalBroker({ maxBytes: 1_000 }) },
  { made: "when they are asked for", isJson: false, broker: () => new LocalBroker({ isolation: "copy" }) },
])("contracts: of bytes that are made $made a serializer is told: $isJson", async ({ isJson, broker }) => {
  const told: unknown[] = [];
  const serializer: Serializer = {
    ...jsonSerializer,
    serialize: (contract, payload, limits, known) => {
      told.push(known);
      return jsonSerializer.serialize(contract, payload, limits, known);
    },
  };
  const { bus } = makeBus({ serializer, broker: broker() });
  const Open = defineEvent<unknown>(vouched);
  bus.listen(Open, () => {});
  await bus.start();
  await bus.publish(Open, {});
  expect(told).toEqual([isJson]);
  await bus.close();
});
