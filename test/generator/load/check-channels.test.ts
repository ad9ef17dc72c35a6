import { describe, expect, test } from "vitest";
import { findingsIn, load } from "./load-files.js";

const file = "schemas/a.channel.json";

/** The findings in one channel file, without the file's name. */
function findingsInChannel(channel: unknown): readonly string[] {
  return findingsIn({ [file]: channel }).map((finding) => finding.replace(`${file}:`, ""));
}

const events = { Happened: {} };

describe("check channels: the members of a channel file", () => {
  test.each<readonly [string, unknown, readonly string[]]>([
    ["no object", [], ["1:1: expected an object, got an array [type]"]],
    [
      "nothing",
      {},
      [
        '1:1: expected a member "channel", got none [required]',
        '1:1: expected at least one of "events", "commands", "queries" [required]',
      ],
    ],
    [
      "a misspelt member",
      { channel: "a", adress: "a", events },
      ['3:3 /adress: unknown member "adress"; did you mean "address"? [unknown-member]'],
    ],
    [
      "an unknown member",
      { channel: "a", events, tsType: "x" },
      ['6:3 /tsType: unknown member "tsType" [unknown-member]'],
    ],
    [
      "a member called __proto__",
      '{ "channel": "a", "__proto__": {}, "events": { "A": {} } }',
      ['1:19 /__proto__: unknown member "__proto__" [unknown-member]'],
    ],
    ["a number as a name", { channel: 5, events }, ["2:3 /channel: expected text, got 5 [type]"]],
    ["a list as a name", { channel: ["a"], events }, ["2:3 /channel: expected text, got an array [type]"]],
    [
      "an empty name",
      { channel: "", events },
      [
        '2:3 /channel: expected a name of letters, digits, single dots, "-" and "_" that begins and ends with a letter or digit, got empty text [value]',
      ],
    ],
    [
      "text where true or false is expected",
      { channel: "a", durable: "yes", events },
      ['3:3 /durable: expected true or false, got "yes" [type]'],
    ],
    [
      "an empty owner",
      { channel: "a", owner: "", events },
      ["3:3 /owner: expected text, got empty text [value]"],
    ],
    [
      "no events in events",
      { channel: "a", events: {} },
      ["3:3 /events: expected at least 1 member, got none; leave it out instead [empty]"],
    ],
    [
      "a list of events",
      { channel: "a", events: ["Happened"] },
      ["3:3 /events: expected an object, got an array [type]"],
    ],
    [
      "an event and a command of one name, which is one defect",
      { channel: "a", events: { Same: {} }, commands: { Same: {} } },
      [
        '7:5 /commands/Same: the command "Same" clashes with the event "Same" at schemas/a.channel.json:4:5; names must differ by more than case [name-clash]',
      ],
    ],
    [
      "limits that are none",
      { channel: "a", limits: { maxBytes: 0, maxDepth: 513, maxItem: 1, uniqueKeys: "yes" }, events },
      [
        "4:5 /limits/maxBytes: expected at least 1, got 0 [value]",
        "5:5 /limits/maxDepth: expected at most 512, got 513 [value]",
        '6:5 /limits/maxItem: unknown member "maxItem"; did you mean "maxItems"? [unknown-member]',
        '7:5 /limits/uniqueKeys: expected true or false, got "yes" [type]',
      ],
    ],
    [
      "an address of few characters and many bytes",
      { channel: "a", address: "é".repeat(101), events },
      ["3:3 /address: expected at most 200 bytes, got 202 [value]"],
    ],
  ])("%s", (_, channel, findings) => {
    expect(findingsInChannel(channel)).toEqual(findings);
  });

  test("limits are read, those alone that the channel sets", () => {
    const limitsOf = (limits: object) =>
      load({ [file]: { channel: "a", limits, events } }).channels[0]?.limits;
    expect(limitsOf({ maxBytes: 5, maxItems: 6, uniqueKeys: true })).toEqual({
      maxBytes: 5,
      maxItems: 6,
      uniqueKeys: true,
    });
    expect(limitsOf({ maxDepth: 7, safeIntegers: true })).toEqual({ maxDepth: 7, safeIntegers: true });
    expect(limitsOf({ uniqueKeys: false })).toBeUndefined();
  });

  test.each([
    "a/b",
    "../a",
    "a\\b",
    ".a",
    "a.",
    "a..b",
    "a b",
    "-a",
    "_a",
    "a\n",
    "ä",
    "C:",
    "a%2fb",
    "a\u0000",
  ])("the name %j is refused: it could not be a folder", (channel) => {
    expect(findingsInChannel({ channel, events })).toEqual([
      `2:3 /channel: expected a name of letters, digits, single dots, "-" and "_" that begins and ends with a letter or digit, got ${JSON.stringify(channel)} [value]`,
    ]);
  });

  test.each(["a", "A9", "9a", "user.created", "user_created", "user-created", "constructor", "a-._b"])(
    "the name %j is fine",
    (channel) => {
      expect(load({ [file]: { channel, events } }).channels[0]?.name).toBe(channel);
    },
  );
});

describe("check channels: a contract", () => {
  test.each<readonly [string, unknown, readonly string[]]>([
    ["that is no object", true, ["4:5 /events/Happened: expected an object, got true [type]"]],
    [
      "with a misspelt member",
      { paylod: {} },
      ['5:7 /events/Happened/paylod: unknown member "paylod"; did you mean "payload"? [unknown-member]'],
    ],
    [
      "with a payload that is no schema",
      { payload: "string" },
      ['5:7 /events/Happened/payload: expected a schema: an object, true or false, got "string" [type]'],
    ],
    ["with version 0", { version: 0 }, ["5:7 /events/Happened/version: expected at least 1, got 0 [value]"]],
    [
      "with version 1.5",
      { version: 1.5 },
      ["5:7 /events/Happened/version: expected a whole number, got 1.5 [type]"],
    ],
    [
      "with an empty type",
      { type: "" },
      ["5:7 /events/Happened/type: expected text without spaces, got empty text [value]"],
    ],
    [
      "with a line break in its type",
      { type: "a\nb" },
      ['5:7 /events/Happened/type: expected text without spaces, got "a\\nb" [value]'],
    ],
    [
      "with a long type",
      { type: "a".repeat(201) },
      ["5:7 /events/Happened/type: expected at most 200 characters, got 201 [value]"],
    ],
    [
      "with a reply, which no event has",
      { reply: {} },
      ['5:7 /events/Happened/reply: unknown member "reply" [unknown-member]'],
    ],
    [
      "with a key that is no JSON Pointer",
      { payload: true, key: "id" },
      ['6:7 /events/Happened/key: expected a JSON Pointer, which begins with "/", got "id" [value]'],
    ],
    [
      "with a key and no payload",
      { key: "/id" },
      ["5:7 /events/Happened/key: expected no key: there is no payload to have one [key]"],
    ],
    [
      "with deprecated as text",
      { deprecated: "soon" },
      ['5:7 /events/Happened/deprecated: expected true or false, got "soon" [type]'],
    ],
  ])("%s", (_, contract, findings) => {
    expect(findingsInChannel({ channel: "a", events: { Happened: contract } })).toEqual(findings);
  });

  test.each([
    ["order-placed", "OrderPlaced"],
    ["orderPlaced", "OrderPlaced"],
    ["Order.Placed", "OrderPlaced"],
    ["Order_placed", "OrderPlaced"],
    ["Log2b", "Log2B"],
    ["9Lives", "Type9Lives"],
    ["Über", "Uber"],
    ["注文", "Payload"],
    ["", "Payload"],
    ["A_", "A"],
    ["a/../../b", "AB"],
    ["A\u0000B", "AB"],
  ])("called %j is refused, and a name proposed", (name, proposal) => {
    const [finding, ...others] = findingsInChannel({ channel: "a", events: { [name]: {} } });
    expect(finding).toContain(
      `: expected a type name in PascalCase, got ${JSON.stringify(name)}; for instance "${proposal}" [name]`,
    );
    expect(others).toEqual([]);
    expect(findingsInChannel({ channel: "a", events: { [proposal]: {} } })).toEqual([]);
  });

  test("that asks must have an answer", () => {
    expect(
      findingsInChannel({ channel: "a", queries: { GetIt: { payload: true } }, commands: { DoIt: {} } }),
    ).toEqual(['4:5 /queries/GetIt: expected a member "reply", got none [required]']);
  });

  test("gets the defaults of the format", () => {
    const { channels } = load({
      [file]: { channel: "a", events: { Happened: {} }, commands: { DoIt: { version: 3 } } },
    });
    expect(channels).toMatchObject([
      {
        name: "a",
        address: "a",
        durable: false,
        parameters: [],
        contracts: [
          { kind: "command", name: "DoIt", type: "a.DoIt.v3", version: 3 },
          { kind: "event", name: "Happened", type: "a.Happened.v1", version: 1 },
        ],
      },
    ]);
    expect(channels[0]).not.toHaveProperty("owner");
    expect(channels[0]?.contracts[0]).not.toHaveProperty("payload");
    expect(channels[0]?.contracts[0]).not.toHaveProperty("deprecated");
  });
});

describe("check channels: the address", () => {
  const form =
    'expected segments divided by single dots, without spaces, "*" and "#", with {parameters} apart from each other';

  test.each([
    "a b",
    "a.*",
    "a.#",
    ".a",
    "a.",
    "a..b",
    "a.{}",
    "a.{1x}",
    "a.{x",
    "a.}",
    "{x}{y}",
    "a\u200b",
    "a\n",
    "{__proto__}",
  ])("%j is refused", (address) => {
    expect(findingsInChannel({ channel: "a", address, events })).toContain(
      `3:3 /address: ${form}, got ${JSON.stringify(address)} [value]`,
    );
  });

  test("and the parameters match both ways", () => {
    const channel = {
      channel: "a",
      address: "a.{region}.{Shop}.{region}",
      parameters: { regoin: { type: "string" }, constructor: { type: "string" } },
      events,
    };
    expect(findingsInChannel(channel)).toEqual([
      '3:3 /address: expected a schema for "{Shop}" in "parameters", got none [undeclared-parameter]',
      '3:3 /address: expected a schema for "{region}" in "parameters", got none; did you mean "regoin"? [undeclared-parameter]',
      '3:3 /address: expected each parameter once in the address, got "{region}" twice [repeated-parameter]',
      '5:5 /parameters/regoin: expected "{regoin}" in the address, got "a.{region}.{Shop}.{region}"; did you mean "region"? [unused-parameter]',
      '8:5 /parameters/constructor: expected "{constructor}" in the address, got "a.{region}.{Shop}.{region}" [unused-parameter]',
    ]);
  });

  test.each<readonly [string, unknown]>([
    ["numbers", { type: "integer" }],
    ["anything", {}],
    ["anything", true],
    ["text among others", { type: ["string", "null"] }],
    ["text among others", { enum: ["eu", 1] }],
    ["text among others", { anyOf: [{ type: "string" }, { const: 1 }] }],
  ])("has no parameters of %s: %j", (_, schema) => {
    expect(findingsInChannel({ channel: "a", address: "a.{x}", parameters: { x: schema }, events })).toEqual([
      '5:5 /parameters/x: expected a schema that allows only text for the parameter "x"; say "type": "string" [parameter-schema]',
    ]);
  });

  test.each<readonly [unknown, readonly string[] | undefined]>([
    [{ type: "string" }, undefined],
    [{ enum: ["eu", "us"] }, ["eu", "us"]],
    [{ const: "eu" }, ["eu"]],
    [{ $ref: "b.schema.json" }, ["eu", "us"]],
    [{ allOf: [{ minLength: 1 }, { type: "string" }] }, undefined],
  ])("has parameters of text: %j", (schema, values) => {
    const channel = { channel: "a", address: "a.{x}", parameters: { x: schema }, events };
    const set = load({ [file]: channel, "schemas/b.schema.json": { enum: ["eu", "us"] } });
    expect(set.channels[0]?.parameters[0]?.values).toEqual(values);
  });

  test.each(["", "a.b", "*", "a b", "{x}"])(
    "has no parameter with the value %j, which no address can hold",
    (value) => {
      const channel = { channel: "a", address: "a.{x}", parameters: { x: { enum: ["eu", value] } }, events };
      expect(findingsInChannel(channel)).toEqual([
        `5:5 /parameters/x: expected values without spaces, ".", "*", "#" and braces, got ${JSON.stringify(value)} [parameter-schema]`,
      ]);
    },
  );
});

describe("check channels: headers", () => {
  test("are an object of text with short plain names, none of them an attribute of every event", () => {
    const headers = {
      $ref: "b.schema.json",
      properties: {
        traceId: { type: "string" },
        specversion: { type: "string" },
        tenant: { type: "string" },
      },
    };
    const others = {
      "schemas/b.schema.json": {
        allOf: [
          {
            properties: {
              "x-tenant": { type: "string" },
              data: true,
              twentyonecharacters21: { $ref: "#/$defs/text" },
            },
          },
        ],
        $defs: { text: { type: "string" } },
      },
    };
    const named = (name: string) =>
      `expected a header name of at most 20 lower-case letters and digits, got "${name}" [header-name]`;
    const own = (name: string) =>
      `expected another header name: every event has its own "${name}" already [header-name]`;
    expect(findingsIn({ [file]: { channel: "a", headers, events }, ...others })).toEqual([
      `${file}:3:3 /headers: expected a schema that allows only an object; say "type": "object" [header-schema]`,
      `${file}:6:7 /headers/properties/traceId: ${named("traceId")}`,
      `${file}:9:7 /headers/properties/specversion: ${own("specversion")}`,
      `schemas/b.schema.json:5:9 /allOf/0/properties/x-tenant: ${named("x-tenant")}`,
      'schemas/b.schema.json:8:9 /allOf/0/properties/data: expected a schema that allows only text; say "type": "string" [header-schema]',
      `schemas/b.schema.json:8:9 /allOf/0/properties/data: ${own("data")}`,
      `schemas/b.schema.json:9:9 /allOf/0/properties/twentyonecharacters21: ${named("twentyonecharacters21")}`,
    ]);
  });

  test("become a type of the channel", () => {
    const headers = { type: "object", properties: { tenant: { type: "string" } } };
    const set = load({ [file]: { channel: "a", headers, events } });
    expect(set.types).toMatchObject([
      { name: "AHeaders", module: "a/a-channel", key: set.channels[0]?.headers },
    ]);
  });
});

describe("check channels: the key", () => {
  const payload = {
    type: "object",
    properties: {
      orderId: { type: "string" },
      lines: { type: "array", items: { type: "object", properties: { sku: { $ref: "#/$defs/sku" } } } },
      customer: { allOf: [{ $ref: "#/$defs/customer" }] },
      extra: {
        type: "object",
        properties: { known: { type: "string" } },
        additionalProperties: { type: "string" },
      },
      open: { type: "object" },
      patterned: { type: "object", properties: {}, patternProperties: { "^x-": { type: "string" } } },
      maybe: { type: ["integer", "null"] },
      "a/b": { const: "x" },
      __proto__: { type: "string" },
    },
    $defs: {
      sku: { type: "string" },
      customer: { oneOf: [{ type: "object", properties: { id: { type: "integer" } } }, { type: "null" }] },
    },
  };
  const files = (key: string) => ({
    [file]: { channel: "a", events: { Happened: { key, payload: { $ref: "b.schema.json" } } } },
    "schemas/b.schema.json": JSON.stringify(payload).replace(
      '"a/b":',
      '"__proto__": { "type": "string" }, "a/b":',
    ),
  });

  test.each([
    "/orderId",
    "/lines/0/sku",
    "/customer/id",
    "/extra/known",
    "/extra/other",
    "/open/anything/at/all",
    "/patterned/x-any",
    "/maybe",
    "/a~1b",
    "/__proto__",
  ])("%s leads to something that can order events", (key) => {
    expect(findingsIn(files(key))).toEqual([]);
  });

  test.each([
    [
      "/orderid",
      'expected a key that the payload declares, got "orderid", which it does not have; did you mean "orderId"?',
    ],
    ["/constructor", 'expected a key that the payload declares, got "constructor", which it does not have'],
    [
      "/customer/idd",
      'expected a key that the payload declares, got "idd", which it does not have; did you mean "id"?',
    ],
    ["/orderId/x", 'expected a key that the payload declares, got "x", which it does not have'],
    ["/lines", "expected a key that leads to text, a number or a boolean, got array"],
    ["/open", "expected a key that leads to text, a number or a boolean, got object"],
    ["", "expected a key that leads to text, a number or a boolean, got object"],
  ])("%j does not", (key, why) => {
    expect(findingsIn(files(key))).toEqual([`${file}:5:7 /events/Happened/key: ${why} [key]`]);
  });

  test("may be the whole of a payload that is one value", () => {
    expect(
      load({ [file]: { channel: "a", events: { Happened: { key: "", payload: { type: "string" } } } } })
        .channels[0]?.contracts[0]?.key,
    ).toBe("");
  });
});

describe("check channels: what must be unique, with both places", () => {
  test("names of channels, also when case and punctuation are ignored, and nothing that follows from them", () => {
    const files = {
      "schemas/a.channel.json": { channel: "a.bx", events: { A: {} } },
      "schemas/b.channel.json": { channel: "A-bx", events: { B: {} } },
      "schemas/c.channel.json": { channel: "a.bx", events: { C: {} } },
      "schemas/d.channel.json": { channel: "a_bx", events: { D: {} } },
    };
    expect(findingsIn(files)).toEqual([
      'schemas/b.channel.json:2:3 /channel: the channel name "A-bx" clashes with the channel name "a.bx" at schemas/a.channel.json:2:3 [name-clash]',
      'schemas/c.channel.json:2:3 /channel: the channel name "a.bx" clashes with the channel name "a.bx" at schemas/a.channel.json:2:3 [name-clash]',
    ]);
  });

  test("addresses, whatever their parameters are called", () => {
    const x = { type: "string" };
    expect(
      findingsIn({
        "schemas/a.channel.json": { channel: "a", address: "s.{x}", parameters: { x }, events: { A: {} } },
        "schemas/b.channel.json": { channel: "b", address: "s.{y}", parameters: { y: x }, events: { B: {} } },
        "schemas/c.channel.json": { channel: "c", address: "s.t", events: { C: {} } },
        "schemas/d.channel.json": { channel: "s.t", events: { D: {} } },
      }),
    ).toEqual([
      'schemas/b.channel.json:3:3 /address: the address "s.{y}" clashes with the address "s.{x}" at schemas/a.channel.json:3:3 [address-clash]',
      'schemas/d.channel.json:1:1: the address "s.t" clashes with the address "s.t" at schemas/c.channel.json:3:3 [address-clash]',
    ]);
  });

  test("types on the wire, given or made", () => {
    expect(
      findingsIn({
        "schemas/a.channel.json": { channel: "a", events: { A: { type: "b.B.v1" } } },
        "schemas/b.channel.json": { channel: "b", events: { B: {} } },
      }),
    ).toEqual([
      'schemas/b.channel.json:4:5 /events/B: the type "b.B.v1" clashes with the type "b.B.v1" at schemas/a.channel.json:5:7 [type-clash]',
    ]);
  });

  test("names of contracts, across kinds and channels, whatever their case", () => {
    expect(
      findingsIn({
        "schemas/a.channel.json": { channel: "a", events: { SetUp: {} }, commands: { SetUP: {} } },
        "schemas/b.channel.json": { channel: "b", events: { SETUP: {} } },
      }),
    ).toEqual([
      'schemas/a.channel.json:7:5 /commands/SetUP: the command "SetUP" clashes with the event "SetUp" at schemas/a.channel.json:4:5; names must differ by more than case [name-clash]',
      'schemas/b.channel.json:4:5 /events/SETUP: the event "SETUP" clashes with the event "SetUp" at schemas/a.channel.json:4:5; names must differ by more than case [name-clash]',
    ]);
  });
});
