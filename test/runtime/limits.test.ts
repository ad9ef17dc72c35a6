import { EventBus } from "@eventwright/runtime";
import {
  type Channel,
  defineChannel,
  defineEvent,
  defineQuery,
  type Limits,
} from "@eventwright/runtime/contract";
import { TestBroker } from "@eventwright/runtime/testing";
import fc from "fast-check";
import { expect, test } from "vitest";

const encoder = new TextEncoder();

function eventWith(limits: Partial<Limits>) {
  const channel: Channel = defineChannel({ name: "c", address: "c", durable: false, limits });
  return defineEvent<unknown>({ name: "E", channel, type: "c.E.v1", version: 1, payload: () => undefined });
}

function read(limits: Partial<Limits>, text: string): unknown {
  return eventWith(limits).deserialize(encoder.encode(text));
}

const tooMany = {
  code: "PAYLOAD_TOO_LARGE",
  direction: "receive",
  message: "cannot read E: expected at most 3 members and items, got more",
};

test.each([
  ["[1,2,3]", undefined],
  ['{"a":[1,2]}', undefined],
  ['"a,b,c,d,e,f,[,{"', undefined],
  ["[[],[],[]]", undefined],
  ["[1,2,3,4]", tooMany],
  ['{"a":[1,2,3]}', tooMany],
  ["[[],[],[],[]]", tooMany],
])("limits: at most three members and items: %s", (text, wanted) => {
  if (wanted === undefined) expect(read({ maxItems: 3 }, text)).toEqual(JSON.parse(text));
  else expect(() => read({ maxItems: 3 }, text)).toThrow(expect.objectContaining(wanted));
});

test("limits: 100,000 members and items when the channel says nothing, and no fewer", () => {
  const list = (count: number): string => `[${"1,".repeat(count - 1)}1]`;
  expect(read({}, list(100_000))).toHaveLength(100_000);
  expect(() => read({}, list(100_001))).toThrow("expected at most 100000 members and items, got more");
});

test.each([
  '{"a":1,"a":2}',
  '{"x":[{"a":1,"b":2,"a":3}]}',
  '{"a" \n\t: 1,"\\u0061":2}',
  '{"__proto__":1,"__proto__":1}',
])("limits: a member that stands twice is refused where unique keys are asked for: %s", (text) => {
  expect(read({}, text)).toEqual(JSON.parse(text));
  expect(() => read({ uniqueKeys: true }, text)).toThrow(
    expect.objectContaining({
      code: "PAYLOAD_INVALID",
      message: "cannot read E: expected each member of an object once, got one twice",
      violation: expect.objectContaining({ path: "", keyword: "uniqueKeys" }),
    }),
  );
});

test("limits: nothing that JSON.stringify writes names a member twice", () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: "binary" }), fc.constantFrom(undefined, 2), (value, indent) => {
      const text = JSON.stringify(value, undefined, indent);
      expect(read({ uniqueKeys: true }, text)).toEqual(JSON.parse(text));
    }),
  );
});

test.each([
  ["9007199254740991", undefined],
  ["[-9007199254740991, 0.1, 1e15]", undefined],
  ['"9007199254740993"', undefined],
  ["9007199254740993", ""],
  ['{"a/b":[1,{"id":12345678901234567890}]}', "/a~1b/1/id"],
  ["[-1e300]", "/0"],
])("limits: an unsafe integer is refused where that is asked for: %s", (text, path) => {
  expect(read({}, text)).toEqual(JSON.parse(text));
  if (path === undefined) expect(read({ safeIntegers: true }, text)).toEqual(JSON.parse(text));
  else {
    expect(() => read({ safeIntegers: true }, text)).toThrow(
      expect.objectContaining({
        code: "PAYLOAD_INVALID",
        violation: expect.objectContaining({ path, keyword: "safeIntegers" }),
      }),
    );
  }
});

test.each<[string, Partial<Limits>, unknown, string]>([
  ["bytes", { maxBytes: 5 }, "four", "PAYLOAD_TOO_LARGE"],
  ["levels", { maxDepth: 1 }, [[]], "PAYLOAD_TOO_DEEP"],
  ["items", { maxItems: 1 }, [1, 2], "PAYLOAD_TOO_LARGE"],
  ["integers", { safeIntegers: true }, 2 ** 53, "PAYLOAD_INVALID"],
])("limits: what no reader would take is not written: too many %s", (_, limits, value, code) => {
  expect(eventWith({}).serialize(value)).toBeInstanceOf(Uint8Array);
  expect(() => eventWith(limits).serialize(value)).toThrow(
    expect.objectContaining({
      code,
      direction: "publish",
      message: expect.stringMatching(/^cannot write E: expected/),
    }),
  );
});

test("limits: a reply that the asking side would not take is the handler's failure, and what it tells comes through", async () => {
  const channel: Channel = defineChannel({
    name: "c",
    address: "c",
    durable: false,
    limits: { maxBytes: 20 },
  });
  const fits = (): undefined => undefined;
  const Ask = defineQuery<number, string>({
    name: "Ask",
    channel,
    type: "c.Ask.v1",
    version: 1,
    payload: fits,
    reply: fits,
  });
  const bus = new EventBus({ source: "test", broker: new TestBroker(), log: () => {} });
  bus.listen({ contract: Ask, handle: (length) => "x".repeat(length) });
  await bus.start();
  expect(await bus.ask(Ask, 18)).toBe("x".repeat(18));
  await expect(bus.ask(Ask, 19)).rejects.toMatchObject({
    code: "REQUEST_FAILED",
    remote: {
      code: "PAYLOAD_TOO_LARGE",
      message: "cannot write reply to Ask: expected at most 20 bytes, got 21",
    },
  });
  await bus.close();
});

test("limits: looking for names takes no longer than the text is long", () => {
  const hostile = `["${'\\"'.repeat(200_000)}",${'"" ,'.repeat(90_000)}${" ".repeat(100_000)}1]`;
  const started = performance.now();
  read({ uniqueKeys: true }, hostile);
  expect(performance.now() - started).toBeLessThan(2_000);
});
