import { createServer } from "node:http";
import { decodeStructured, EventBus, LocalBroker } from "@eventwright/runtime";
import { type Channel, defineChannel, defineEvent } from "@eventwright/runtime/contract";
import { describe, expect, test } from "vitest";
import { type GeneratedContract, generateContracts } from "../helpers/generated-contracts.js";
import { traces } from "./tripwire.js";

const encoder = new TextEncoder();

/** The contract of one event `Happened` with this payload. */
async function contractOf(payload: unknown, channel: object = {}): Promise<GeneratedContract> {
  const { contract } = await generateContracts({
    "a.channel.json": { channel: "a", ...channel, events: { Happened: { payload } } },
  });
  return contract("Happened");
}

function receive(contract: GeneratedContract, text: string): unknown {
  return contract.deserialize(encoder.encode(text));
}

const prototypeNames = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty"];

describe("hostile payloads", () => {
  test("attack 16: names of prototypes are plain names, in types and validators", async () => {
    const properties = Object.fromEntries(prototypeNames.map((name) => [name, { type: "integer" }]));
    const schema = `{ "type": "object", "properties": { ${Object.keys(properties)
      .map((name) => `${JSON.stringify(name)}: { "type": "integer" }`)
      .join(", ")} }, "required": ${JSON.stringify(prototypeNames)} }`;
    const { contract } = await generateContracts({
      "a.channel.json":
        '{ "channel": "constructor", "events": { "Happened": { "payload": { "$ref": "p.schema.json" } } } }',
      "p.schema.json": schema,
    });
    const happened = contract("Happened");
    const text = (value: string): string =>
      `{${prototypeNames.map((name) => `${JSON.stringify(name)}:${value}`).join()}}`;
    expect(happened.is({})).toBe(false);
    expect(happened.is(JSON.parse(text("1")))).toBe(true);
    expect(happened.is(JSON.parse(text('"1"')))).toBe(false);
    expect(JSON.stringify(receive(happened, text("1")))).toBe(text("1"));
    expect(Buffer.from(happened.serialize(JSON.parse(text("1")))).toString()).toBe(text("1"));
  });

  test("attack 17: a default under the name of a prototype changes no object", async () => {
    const before = traces();
    const schema =
      '{ "properties": { "__proto__": { "default": { "polluted": 1 }, "properties": { "polluted": { "default": 1 } } } } }';
    const { contract } = await generateContracts({
      "a.channel.json": { channel: "a", events: { Happened: { payload: { $ref: "p.schema.json" } } } },
      "p.schema.json": schema,
    });
    expect(receive(contract("Happened"), "{}")).toEqual({});
    expect(contract("Happened").is({ a: 1 })).toBe(true);
    expect(Reflect.get({}, "polluted")).toBeUndefined();
    expect(traces()).toEqual(before);
  });

  test("attack 23: a value that goes round in a circle, or down thousands of levels, is refused", async () => {
    const { contract } = await generateContracts({
      "a.channel.json": { channel: "a", events: { Happened: { payload: { $ref: "tree.schema.json" } } } },
      "tree.schema.json": { type: "object", properties: { next: { $ref: "#" } } },
    });
    const happened = contract("Happened");
    const circle: { next?: object } = {};
    circle.next = circle;
    let deep: object = {};
    for (let level = 0; level < 100_000; level++) deep = { next: deep };
    for (const value of [circle, deep]) {
      expect(happened.is(value)).toBe(false);
      expect(() => happened.serialize(value)).toThrow(
        expect.objectContaining({
          code: "PAYLOAD_INVALID",
          message: "invalid Happened: expected fewer levels, got a cycle or too many levels",
        }),
      );
    }
    expect(happened.is({ next: { next: {} } })).toBe(true);
  });

  test("attack 18: an own member __proto__ is refused by a closed object", async () => {
    const schema = { type: "object", properties: { a: {} }, additionalProperties: false };
    const closed = await contractOf(schema);
    expect(() => receive(closed, '{"__proto__":{"a":1}}')).toThrow(
      "/__proto__: expected no member of this name",
    );
    expect(receive(closed, '{"a":1}')).toEqual({ a: 1 });
    const writer = await contractOf({ type: "object", properties: { a: {} } });
    expect(() => writer.serialize(JSON.parse('{"__proto__":{"a":1}}'))).toThrow(
      "/__proto__: expected no member",
    );
  });

  test("attack 22: formats are checked in time, and strictly", async () => {
    const formats = [
      "date-time",
      "email",
      "hostname",
      "idn-hostname",
      "ipv6",
      "uri",
      "uri-template",
      "uuid",
      "duration",
      "regex",
      "json-pointer",
    ];
    for (const format of formats) {
      const contract = await contractOf({ type: "string", format }, { limits: { maxBytes: 3_000_000 } });
      const started = performance.now();
      for (const part of ["a", "1", ".", ":", "{", "a@", "%61", "xn--", "P1", "(", "/~0", "é"]) {
        const text = part.repeat(200_000);
        contract.is(text);
        contract.is(`${text}\n`);
      }
      expect(performance.now() - started, format).toBeLessThan(2_000);
    }
    const email = await contractOf({ type: "string", format: "email" });
    expect(["a@b.example", "a@b.example\n", "a b@c.example", "a@", ""].map((text) => email.is(text))).toEqual(
      [true, false, false, false, false],
    );
  });

  test("attack 23: huge texts, arrays and objects stop at a limit, and so do wide unique checks", async () => {
    const anything = await contractOf(true);
    const code = (text: string): unknown => {
      try {
        receive(anything, text);
        return "read";
      } catch (error) {
        return error instanceof Error && "code" in error ? error.code : error;
      }
    };
    expect(code(`"${"x".repeat(2 ** 20)}"`)).toBe("PAYLOAD_TOO_LARGE");
    expect(code(`[${"1,".repeat(200_000)}1]`)).toBe("PAYLOAD_TOO_LARGE");
    expect(code(`{${Array.from({ length: 100_001 }, (_, index) => `"${index}":1`).join()}}`)).toBe(
      "PAYLOAD_TOO_LARGE",
    );
    expect(code("[".repeat(500_000))).toBe("PAYLOAD_MALFORMED");
    expect(code(`${"[".repeat(500_000)}${"]".repeat(500_000)}`)).toBe("PAYLOAD_TOO_DEEP");
    const unique = await contractOf({ type: "array", uniqueItems: true });
    const items = Array.from({ length: 20_000 }, (_, index) => ({ index: [index, "x"] }));
    const started = performance.now();
    expect(unique.is(items)).toBe(true);
    expect(unique.is([...items, { index: [19_999, "x"] }])).toBe(false);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  test("attack 39: nothing is turned into another kind", async () => {
    for (const [type, values] of [
      ["integer", [null, "", "1", true, [1]]],
      ["boolean", [null, "", "true", 0, 1]],
      ["string", [null, 1, true, ["a"]]],
      ["null", ["", 0, false]],
      ["array", ["a", 1, null]],
    ] as const) {
      const contract = await contractOf({ type });
      for (const value of values)
        expect(contract.is(value), `${JSON.stringify(value)} as ${type}`).toBe(false);
    }
  });

  test("attack 40: members are never removed, and change no branch of a union", async () => {
    const schema = {
      anyOf: [
        {
          type: "object",
          properties: { a: { type: "string" } },
          required: ["a"],
          additionalProperties: false,
        },
        { type: "object", properties: { a: { type: "string" }, b: { type: "integer" } }, required: ["b"] },
      ],
    };
    const contract = await contractOf(schema);
    const text = '{"a":"x","b":1,"c":[2]}';
    expect(JSON.stringify(receive(contract, text))).toBe(text);
    const value = { a: "x", c: 1 };
    expect(contract.is(value)).toBe(false);
    expect(value).toEqual({ a: "x", c: 1 });
  });

  test("attack 41: headers with control characters or line breaks are neither sent nor heard", async () => {
    const broker = new LocalBroker();
    const bus = new EventBus({ source: "test", broker, log: () => {} });
    const channel: Channel = defineChannel({ name: "a", address: "a", durable: false });
    const Happened = defineEvent<undefined>({ name: "Happened", channel, type: "a.Happened.v1", version: 1 });
    const heard: string[] = [];
    const failures: string[] = [];
    bus.onError(({ error }) => void failures.push(String(error)));
    bus.listen(Happened, (_, { envelope }) => void heard.push(envelope.id));
    await bus.start();
    const publish = (headers: Record<string, string>): Promise<unknown> =>
      bus.publish(Happened, undefined, { headers });
    for (const headers of [{ "x\r\ny": "1" }, { x: "1\r\ny: 2" }, { x: "\u0000" }, { x: "\u001b[2K" }]) {
      await expect(publish(headers)).rejects.toMatchObject({ code: "PUBLISH_INVALID", outcome: "refused" });
      const attributes = {
        specversion: "1.0",
        id: "1",
        source: "s",
        type: "a.Happened.v1",
        time: "2026-01-01T00:00:00Z",
      };
      broker.publish({
        ...{ address: "a", channel: "a", durable: false, kind: "event", type: "a.Happened.v1" },
        ...{ body: new Uint8Array(0), expectsReply: false, cancelled: false, written: true },
        attributes: { ...attributes, ...headers },
      });
      await bus.idle();
    }
    expect(heard).toEqual([]);
    expect(failures).toHaveLength(4);
    for (const failure of failures)
      expect(failure).toMatch(/expected text without control characters, got other text$/);
    await bus.close();
  });

  test("attack 42: the schema that an event names is never fetched", async () => {
    let requests = 0;
    const server = createServer((_, response) => {
      requests += 1;
      response.end("{}");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const dataschema = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/schema.json`;
    const event = {
      specversion: "1.0",
      id: "1",
      source: "s",
      type: "a.Happened.v1",
      dataschema,
      data: { $schema: dataschema, $ref: dataschema },
    };
    const { attributes, body } = decodeStructured(encoder.encode(JSON.stringify(event)), {
      maxBytes: 10_000,
      maxDepth: 10,
    });
    const contract = await contractOf({ type: "object" });
    expect(contract.deserialize(body)).toEqual(event.data);
    expect(attributes.dataschema).toBe(dataschema);
    await new Promise((resolve) => server.close(resolve));
    expect(requests).toBe(0);
  });
});
