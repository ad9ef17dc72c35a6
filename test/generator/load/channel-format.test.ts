import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isObject, type JsonObject } from "../../../generator/src/json-value.js";
import { FormatChecker } from "../../../generator/src/load/check-format.js";
import type { JsonValue } from "../../../generator/src/model/contract.js";
import { isTypeName } from "../../../generator/src/model/names.js";

const format: JsonValue = JSON.parse(
  readFileSync(new URL("../../../generator/schema/channel.schema.json", import.meta.url), "utf8"),
);
if (!isObject(format)) throw new Error("the schema of channel files is no object");
const schema: JsonObject = format;
// Editors show this text when a pattern does not fit.
const ajv = new Ajv2020({
  keywords: ["errorMessage", "patternErrorMessage"],
  allErrors: true,
  strict: true,
  strictTypes: false,
  strictRequired: false,
});

function breaches(value: JsonValue): readonly string[] {
  const found: string[] = [];
  new FormatChecker(schema, (pointer, rule) => found.push(`${pointer} ${rule}`)).check(value);
  return found;
}

const names = [
  "channel",
  "address",
  "parameters",
  "headers",
  "durable",
  "events",
  "commands",
  "queries",
  "payload",
];
const moreNames = [
  "reply",
  "version",
  "type",
  "key",
  "deprecated",
  "description",
  "owner",
  "$schema",
  "OrderPlaced",
];
const texts = [
  "",
  "a",
  "a.b",
  "{x}",
  "a.{x}.{y}",
  "a b",
  "/x",
  "/x~2",
  "~",
  "order_placed",
  "A_b",
  "A2b",
  "Z",
  "é",
  "\u0000",
];
const name = fc.constantFrom(...names, ...moreNames, ...texts, "__proto__", "constructor");
const scalar = fc.constantFrom<JsonValue>(
  ...texts,
  "x".repeat(101),
  "x".repeat(201),
  null,
  true,
  false,
  -1,
  0,
  1,
  1.5,
  2,
);
const { value: anything } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    scalar,
    fc.array(tie("value"), { maxLength: 2 }),
    fc.dictionary(name, tie("value"), { maxKeys: 4 }),
  ),
}));
/** Mostly what the format wants, at times anything. */
const mostly = (...wanted: readonly JsonValue[]): fc.Arbitrary<JsonValue> =>
  fc.oneof({ weight: 40, arbitrary: fc.constantFrom(...wanted) }, anything);
const record = (members: Record<string, fc.Arbitrary<JsonValue>>, required: readonly string[]) =>
  fc.record(members, { requiredKeys: [...required] });

const contractMembers = {
  payload: mostly({}, true),
  version: mostly(1, 2),
  type: mostly("a.b"),
  key: mostly("", "/x", "/~1"),
  deprecated: mostly(true),
  description: mostly("", "a"),
};
const limitMembers = {
  maxBytes: mostly(1, 268435456, 268435457),
  maxDepth: mostly(1, 512, 513),
  maxItems: mostly(1, 1e9),
  uniqueKeys: mostly(true, false),
  safeIntegers: mostly(true, false),
};
const contract = fc.oneof(
  record(contractMembers, []),
  record({ ...contractMembers, reply: mostly({}) }, ["reply"]),
  fc.dictionary(name, anything, { maxKeys: 3 }),
);
const contracts = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.dictionary(fc.constantFrom("Happened", "AB", "C2"), contract, { minKeys: 1, maxKeys: 2 }),
  },
  fc.dictionary(name, contract, { maxKeys: 2 }),
  anything,
);
const channelFile = record(
  {
    $schema: mostly("a"),
    channel: mostly("a", "a.b"),
    description: mostly("a"),
    owner: mostly("a"),
    address: mostly("a.{x}"),
    parameters: mostly({ x: { type: "string" } }),
    durable: mostly(true, false),
    headers: mostly({}),
    limits: fc.oneof({ weight: 9, arbitrary: record(limitMembers, []) }, anything),
    events: contracts,
    commands: contracts,
    queries: contracts,
  },
  ["channel"],
);

describe("channel format", () => {
  test("is a JSON Schema, and every member that users may write says what it is for", () => {
    expect(ajv.validateSchema(schema)).toBe(true);
    const undescribed = [schema, ...Object.values(schema.$defs ?? {})].flatMap((part) =>
      isObject(part) && isObject(part.properties)
        ? Object.entries(part.properties).filter(([, member]) => !hasDescription(member))
        : [],
    );
    expect(undescribed).toEqual([]);
  });

  test("is checked by us just as by a full validator", () => {
    const isValid = ajv.compile(schema);
    let valid = 0;
    fc.assert(
      fc.property(fc.oneof({ weight: 9, arbitrary: channelFile }, anything), (value) => {
        const expected = isValid(value);
        valid += expected ? 1 : 0;
        expect(breaches(value).length === 0, JSON.stringify(isValid.errors)).toBe(expected);
      }),
      { numRuns: 5_000 },
    );
    expect(valid).toBeGreaterThan(100);
  });

  test("has the pattern for names that the generator goes by", () => {
    const isName = ajv.compile({ $ref: "#/$defs/name", $defs: schema.$defs });
    const letters = fc.constantFrom(..."AZaz09_-. é");
    fc.assert(
      fc.property(fc.string({ unit: letters, maxLength: 6 }), (text) => {
        expect(isTypeName(text)).toBe(isName(text));
      }),
      { numRuns: 5_000 },
    );
  });
});

/** A member may leave the description to the definition that it refers to. */
function hasDescription(member: JsonValue): boolean {
  if (!isObject(member)) return false;
  if (typeof member.description === "string") return true;
  const definitions = schema.$defs;
  return (
    typeof member.$ref === "string" &&
    isObject(definitions) &&
    hasDescription(definitions[member.$ref.slice(8)] ?? null)
  );
}
