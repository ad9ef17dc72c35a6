import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ContractSet } from "../../../generator/src/model/contract.js";
import { type Files, findingsIn, load } from "../load/load-files.js";

/** `module Name: what it refers to`, for each type. */
function typesOf(set: ContractSet): readonly string[] {
  const names = new Map(set.types.map(({ key, name }) => [key, name]));
  return set.types.map(({ module, name, references }) =>
    [`${module} ${name}`, ...references.map((key) => names.get(key) ?? "?")].join(" "),
  );
}

function typesOfChannel(channel: object, others: Files = {}): readonly string[] {
  return typesOf(load({ "schemas/orders.channel.json": { channel: "orders", ...channel }, ...others }));
}

const text = { type: "string" };
const payload = (ref: string) => ({ payload: { $ref: ref } });

describe("build contracts: the home of a type", () => {
  test("is the contract's own module, under its name, for a payload written there", () => {
    expect(typesOfChannel({ events: { Placed: { payload: text }, Emptied: {} } })).toEqual([
      "orders/placed Placed",
    ]);
  });

  test("is the contract's own module, under its name, for a payload that only it knows", () => {
    const channel = { events: { OrderPlaced: payload("placed.schema.json") } };
    const placed = { type: "object", properties: { parent: { $ref: "#" } } };
    expect(typesOfChannel(channel, { "schemas/placed.schema.json": placed })).toEqual([
      "orders/order-placed OrderPlaced OrderPlaced",
    ]);
  });

  test("is the contract's own module, under its own name, for a part that only this contract reaches", () => {
    const channel = { events: { Placed: payload("placed.schema.json"), Sent: { payload: text } } };
    const placed = {
      properties: { a: { $ref: "#/$defs/address" }, b: { $ref: "#/$defs/address" } },
      $defs: { address: text },
    };
    expect(typesOfChannel(channel, { "schemas/placed.schema.json": placed })).toEqual([
      "orders/placed Address",
      "orders/placed Placed Address",
      "orders/sent Sent",
    ]);
  });

  test("is a module of its own for what several contracts reach, and all below it", () => {
    const channel = {
      events: { Placed: { payload: { properties: { line: { $ref: "line.schema.json" } } } } },
      commands: { Cancel: { payload: { properties: { line: { $ref: "line.schema.json" } } } } },
    };
    const others = {
      "schemas/line.schema.json": { properties: { price: { $ref: "money.schema.json" } } },
      "schemas/money.schema.json": text,
    };
    expect(typesOfChannel(channel, others)).toEqual([
      "orders/cancel Cancel Line",
      "orders/placed Placed Line",
      "shared/line Line Money",
      "shared/money Money",
    ]);
  });

  test("is shared when several contracts have the same payload: each gets an alias", () => {
    const channel = { events: { RanOut: payload("sku.schema.json"), Arrived: payload("sku.schema.json") } };
    const set = load({
      "schemas/orders.channel.json": { channel: "orders", ...channel },
      "schemas/sku.schema.json": text,
    });
    expect(typesOf(set)).toEqual([
      "orders/arrived Arrived Sku",
      "orders/ran-out RanOut Sku",
      "shared/sku Sku",
    ]);
    expect(set.types[0]?.schema).toEqual({ $ref: "schemas/sku.schema.json#" });
    const [arrived] = set.channels[0]?.contracts ?? [];
    expect(arrived?.payload).toBe(set.types[0]?.key);
  });

  test("is that of the contract called like it when several have the same payload: the others get an alias", () => {
    const channel = {
      events: { Placed: payload("placed.schema.json"), PlacedAgain: payload("placed.schema.json") },
    };
    expect(typesOfChannel(channel, { "schemas/placed.schema.json": text })).toEqual([
      "orders/placed Placed",
      "orders/placed-again PlacedAgain Placed",
    ]);
  });

  test("stays where a schema is written when another place of a channel file refers to it", () => {
    const get = { payload: { $ref: "#/queries/Get/reply" }, reply: { type: "integer" } };
    const put = { payload: { $ref: "#/commands/CommandsPutReply/reply" } };
    const channel = { queries: { Get: get }, commands: { Put: put, CommandsPutReply: { reply: text } } };
    expect(typesOfChannel(channel)).toEqual([
      "orders/commands-put-reply CommandsPutReplyReply",
      "orders/get Get GetReply",
      "orders/get GetReply",
      "orders/put Put CommandsPutReplyReply",
    ]);
  });

  test("is shared when a contract's payload is also a part of others, unless it is called like the contract", () => {
    const channel = {
      events: {
        Placed: payload("placed.schema.json"),
        Priced: payload("money.schema.json"),
        Batch: { payload: { items: { $ref: "placed.schema.json" } } },
      },
    };
    const others = {
      "schemas/placed.schema.json": { properties: { total: { $ref: "money.schema.json" } } },
      "schemas/money.schema.json": text,
    };
    expect(typesOfChannel(channel, others)).toEqual([
      "orders/batch Batch Placed",
      "orders/placed Placed Money",
      "orders/priced Priced Money",
      "shared/money Money",
    ]);
  });

  test("keeps its name as a reply, and gets the query's name when written there", () => {
    const channel = {
      queries: {
        GetOrder: { payload: text, reply: { $ref: "order.schema.json" } },
        GetCount: { reply: { type: "integer" } },
      },
      commands: { Cancel: { reply: { $ref: "order.schema.json" } } },
    };
    const set = load({
      "schemas/orders.channel.json": { channel: "orders", ...channel },
      "schemas/order.schema.json": text,
    });
    expect(typesOf(set)).toEqual([
      "orders/get-count GetCountReply",
      "orders/get-order GetOrder",
      "shared/order Order",
    ]);
    const replies = set.channels[0]?.contracts.map((contract) =>
      "reply" in contract ? contract.reply : undefined,
    );
    expect(replies).toEqual([
      "schemas/order.schema.json#",
      "schemas/orders.channel.json#/queries/GetCount/reply",
      "schemas/order.schema.json#",
    ]);
  });

  test("is the channel's module for parameters and headers", () => {
    const channel = {
      address: "o.{region}.{sku}",
      parameters: { region: { enum: ["eu"] }, sku: { $ref: "sku.schema.json" } },
      headers: {
        type: "object",
        properties: { tenant: { $ref: "#/headers/$defs/tenant" } },
        $defs: { tenant: text },
      },
      events: { Placed: {} },
    };
    expect(typesOfChannel(channel, { "schemas/sku.schema.json": text })).toEqual([
      "orders/orders-channel OrdersHeaders Tenant",
      "orders/orders-channel OrdersRegion",
      "orders/orders-channel Sku",
      "orders/orders-channel Tenant",
    ]);
  });

  test("passes by schemas that are nothing but references", () => {
    const channel = { events: { Placed: payload("a.schema.json") } };
    const others = {
      "schemas/a.schema.json": { $ref: "#/$defs/b", $defs: { b: { $ref: "#/$defs/Placed" }, Placed: text } },
    };
    expect(typesOfChannel(channel, others)).toEqual(["orders/placed Placed"]);
  });

  test("does not pass by a reference with something of its own beside it", () => {
    const channel = {
      events: { Placed: { payload: { description: "What was placed.", $ref: "sku.schema.json" } } },
    };
    expect(typesOfChannel(channel, { "schemas/sku.schema.json": text })).toEqual([
      "orders/placed Placed Sku",
      "orders/placed Sku",
    ]);
  });

  test("leaves out schemas that no contract reaches, however wrong they are", () => {
    const others = {
      "schemas/unused.schema.json": {
        type: "int",
        $ref: "nowhere.json",
        $defs: { x: { $ref: "#/nowhere" } },
      },
    };
    expect(typesOfChannel({ events: { Placed: {} } }, others)).toEqual([]);
  });
});

describe("build contracts: names of types", () => {
  test("get the file's name, then the folder's before them where they clash, all of them alike", () => {
    const refs = [
      "a/x.schema.json",
      "b/x.schema.json",
      "a/x.schema.json#/$defs/Money",
      "a/y.schema.json#/$defs/Money",
      "a/y.schema.json#/$defs/Sku",
    ];
    const part = { $defs: { Money: text, Sku: text } };
    const files = {
      "schemas/orders.channel.json": {
        channel: "orders",
        events: { Placed: { payload: { oneOf: refs.map(($ref) => ({ $ref })) } } },
      },
      "schemas/a/x.schema.json": part,
      "schemas/b/x.schema.json": part,
      "schemas/a/y.schema.json": part,
    };
    expect(
      load(files)
        .types.map(({ name }) => name)
        .sort(),
    ).toEqual(["AX", "BX", "Placed", "Sku", "XMoney", "YMoney"]);
  });

  test("get a number, in order of their places, when nothing else is left", () => {
    const $defs = { "a-b": text, "a b": text, "a.b": text, 注文: text };
    const others = {
      "schemas/x.schema.json": {
        oneOf: Object.keys($defs).map((name) => ({ $ref: `#/$defs/${name}` })),
        $defs,
      },
    };
    const set = load({
      "schemas/orders.channel.json": { channel: "orders", events: { Placed: payload("x.schema.json") } },
      ...others,
    });
    expect(set.types.map(({ name, key }) => `${name} ${key.split("/").at(-1)}`)).toEqual([
      "Placed x.schema.json#",
      "SchemasXAB2 a b",
      "SchemasXAB3 a-b",
      "SchemasXAB4 a.b",
      "X 注文",
    ]);
  });

  test("give way to contracts, classes of channels and what TypeScript has", () => {
    const $defs = {
      Placed: text,
      PlacedListener: text,
      OrdersPublisher: text,
      OrdersParameters: text,
      Array: text,
      promise: text,
    };
    const others = {
      "schemas/x.schema.json": {
        oneOf: Object.keys($defs).map((name) => ({ $ref: `#/$defs/${name}` })),
        $defs,
      },
    };
    const set = load({
      "schemas/orders.channel.json": {
        channel: "orders",
        address: "o.{parameters}",
        parameters: { parameters: text },
        events: { Placed: payload("x.schema.json") },
      },
      ...others,
    });
    expect(set.types.map(({ name }) => name)).toEqual([
      "OrdersParametersParameter",
      "Placed",
      "XArray",
      "XOrdersParameters",
      "XOrdersPublisher",
      "XPlaced",
      "XPlacedListener",
      "XPromise",
    ]);
  });

  test("and modules do not depend on the order of members or references", () => {
    const names = ["Money", "Sku", "Order", "Line", "money-x"];
    const part = { $defs: Object.fromEntries(names.map((name) => [name, { type: "string" }])) };
    const refs = ["x", "y"].flatMap((file) => names.map((name) => `${file}.schema.json#/$defs/${name}`));
    const build = (order: readonly string[]): readonly string[] =>
      typesOfChannel(
        {
          events: Object.fromEntries(
            order
              .slice(0, 4)
              .map((ref) => [
                `E${refs.indexOf(ref)}`,
                { payload: { oneOf: order.map(($ref) => ({ $ref })) } },
              ]),
          ),
        },
        { "schemas/x.schema.json": part, "schemas/y.schema.json": part },
      ).filter((type) => type.startsWith("shared/"));
    const expected = build(refs);
    expect(expected).toHaveLength(10);
    fc.assert(
      fc.property(fc.shuffledSubarray(refs, { minLength: refs.length }), (order) => {
        expect(build(order)).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });
});

describe("build contracts: names of classes", () => {
  test("of a channel step aside for its events", () => {
    const set = load({
      "schemas/a.channel.json": { channel: "heartbeat", events: { Heartbeat: {}, HeartbeatPublisher: {} } },
    });
    expect(set.channels[0]?.names).toEqual({
      folder: "heartbeat",
      channel: "heartbeatChannel",
      channelModule: "heartbeat/heartbeat-channel",
      parameters: "HeartbeatParameters",
      publisher: "HeartbeatChannelPublisher",
      publisherModule: "heartbeat/heartbeat-publisher",
      listener: "HeartbeatChannelListener",
      listenersModule: "heartbeat/heartbeat-listeners",
      eventMap: "HeartbeatEvents",
    });
    expect(set.channels[0]?.contracts.map(({ names }) => names)).toEqual([
      {
        module: "heartbeat/heartbeat",
        publish: "heartbeat",
        listener: "HeartbeatListener",
        on: "onHeartbeat",
      },
      {
        module: "heartbeat/_heartbeat-publisher",
        publish: "heartbeatPublisher",
        listener: "HeartbeatPublisherListener",
        on: "onHeartbeatPublisher",
      },
    ]);
  });

  test("leave methods out that would mean something else", () => {
    const set = load({
      "schemas/a.channel.json": {
        channel: "a",
        events: { Then: {}, ToString: {}, Constructor: {}, Delete: {} },
      },
    });
    expect(set.channels[0]?.contracts.map(({ names }) => names.publish)).toEqual([
      "publishConstructor",
      "delete",
      "publishThen",
      "publishToString",
    ]);
  });

  test("of contracts that clash are refused, with both places", () => {
    const files = {
      "schemas/a.channel.json": {
        channel: "a",
        events: { Placed: {}, PlacedListener: {} },
        commands: { Do: {}, DoHandler: {} },
      },
    };
    expect(findingsIn(files)).toEqual([
      'schemas/a.channel.json:5:5 /events/PlacedListener: the event "PlacedListener" clashes with the class PlacedListener of the event "Placed" at schemas/a.channel.json:4:5; names must differ by more than case [name-clash]',
      'schemas/a.channel.json:9:5 /commands/DoHandler: the command "DoHandler" clashes with the class DoHandler of the command "Do" at schemas/a.channel.json:8:5; names must differ by more than case [name-clash]',
    ]);
  });
});

describe("build contracts: a circle of references without data", () => {
  const chain = (keyword: object, file = "b") => ({
    "schemas/a.channel.json": { channel: "a", events: { Placed: payload(`${file}.schema.json`) } },
    "schemas/b.schema.json": keyword,
  });
  test.each<readonly [string, object, string]>([
    ["itself", { $ref: "#" }, "2:3 /$ref"],
    ["through allOf", { allOf: [{ type: "object" }, { $ref: "#" }] }, "7:7 /allOf/1/$ref"],
    ["through not and if", { not: { if: { $ref: "#" } } }, "4:7 /not/if/$ref"],
    [
      "through a definition",
      { anyOf: [{ $ref: "#/$defs/c" }], $defs: { c: { oneOf: [{ $ref: "#" }] } } },
      "4:7 /anyOf/0/$ref",
    ],
    ["through dependentSchemas", { dependentSchemas: { a: { $ref: "#" } } }, "4:7 /dependentSchemas/a/$ref"],
  ])("is found: %s", (_, schema, place) => {
    const [finding, ...others] = findingsIn(chain(schema));
    expect(finding).toMatch(
      new RegExp(
        `^schemas/b.schema.json:${place.replaceAll("$", "\\$")}: expected a step into the data somewhere in the circle schemas/b.schema.json# -> .*\\[reference-cycle\\]$`,
      ),
    );
    expect(others).toEqual([]);
  });

  test.each<readonly [string, object]>([
    ["properties", { properties: { a: { $ref: "#" } } }],
    ["items", { allOf: [{ items: { $ref: "#" } }] }],
    ["additionalProperties", { additionalProperties: { $ref: "#" } }],
    ["a property called allOf", { properties: { allOf: { $ref: "#" } } }],
  ])("is none with a step through %s", (_, schema) => {
    expect(findingsIn(chain(schema))).toEqual([]);
  });

  test("is found at the end of a chain of 10,000 references, which is too long by itself", () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `d${index}`);
    const $defs = Object.fromEntries(
      names.map((name, index) => [name, { allOf: [{ $ref: `#/$defs/${names[index + 1] ?? "d9998"}` }] }]),
    );
    const files = chain({ $ref: "#/$defs/d0", $defs });
    const placed = { payload: { $ref: "b.schema.json" }, key: "/id" };
    expect(
      findingsIn({ ...files, "schemas/a.channel.json": { channel: "a", events: { Placed: placed } } }),
    ).toEqual([
      "schemas/b.schema.json:67197:5 /$defs/d9599: expected at most 400 references one after the other without a step into the data [too-deep]",
      "schemas/b.schema.json:69993:11 /$defs/d9998/allOf/0/$ref: expected a step into the data somewhere in the circle schemas/b.schema.json#/$defs/d9998 -> schemas/b.schema.json#/$defs/d9999 -> schemas/b.schema.json#/$defs/d9998 [reference-cycle]",
    ]);
  });

  test("or one that meets in more ways than could be walked does not hold up the checks", () => {
    const twice = (index: number) => ({ $ref: `#/$defs/d${index}` });
    const $defs = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [
        `d${index}`,
        {
          allOf: [twice(index + 1), twice(index + 1)],
          properties: { a: twice(0) },
          anyOf: [{ properties: { a: twice(0) } }, true],
        },
      ]),
    );
    const schema = {
      ...twice(0),
      $defs: { ...$defs, d30: { type: "object", properties: { id: { type: "string" } } } },
    };
    const event = { payload: { $ref: "b.schema.json" }, key: `${"/a".repeat(30)}/id` };
    const files = {
      "schemas/a.channel.json": { channel: "a", events: { Placed: event, Other: { ...event, key: "" } } },
      "schemas/b.schema.json": schema,
    };
    expect(findingsIn(files)).toEqual([
      "schemas/a.channel.json:14:7 /events/Other/key: expected a key that leads to text, a number or a boolean, got object [key]",
    ]);
  });

  test("in two places is reported twice", () => {
    const schema = {
      oneOf: [{ $ref: "#/$defs/x" }, { $ref: "#/$defs/y" }],
      $defs: { x: { $ref: "#/$defs/x" }, y: { $ref: "#/$defs/y" } },
    };
    expect(findingsIn(chain(schema))).toHaveLength(2);
  });
});

test("build contracts: wrong schemas are reported where they stand, all of them", () => {
  const files = {
    "schemas/a.channel.json": {
      channel: "a",
      events: {
        A: payload("b.schema.json"),
        B: { payload: { type: "strin", properties: { x: { $ref: "b.schema.json#/$defs/x" } } } },
      },
    },
    "schemas/b.schema.json": {
      type: "int",
      minItems: "3",
      required: "id",
      properties: { y: 5 },
      $defs: { x: { $ref: "#/$defs/gone" } },
    },
  };
  expect(findingsIn(files).map((finding) => finding.replace(/: .*/, ""))).toEqual([
    "schemas/a.channel.json:11:9 /events/B/payload/type",
    "schemas/b.schema.json:2:3 /type",
    "schemas/b.schema.json:3:3 /minItems",
    "schemas/b.schema.json:4:3 /required",
    "schemas/b.schema.json:6:5 /properties/y",
    "schemas/b.schema.json:10:7 /$defs/x/$ref",
  ]);
});

test("build contracts: the model says where everything stands", () => {
  const set = load({
    "schemas/a.channel.json": {
      channel: "a",
      events: { Placed: { payload: { properties: { x: { $ref: "b.schema.json#/$defs/x" } } } } },
    },
    "schemas/b.schema.json": { $defs: { x: text } },
  });
  expect(set.channels[0]?.source).toEqual({
    file: "schemas/a.channel.json",
    line: 1,
    column: 1,
    pointer: "",
  });
  expect(set.channels[0]?.contracts[0]?.source).toEqual({
    file: "schemas/a.channel.json",
    line: 4,
    column: 5,
    pointer: "/events/Placed",
  });
  expect(set.types.map(({ source }) => source)).toEqual([
    { file: "schemas/a.channel.json", line: 5, column: 7, pointer: "/events/Placed/payload" },
    { file: "schemas/b.schema.json", line: 3, column: 5, pointer: "/$defs/x" },
  ]);
});
