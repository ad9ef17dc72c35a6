import fc from "fast-check";
import { expect, test } from "vitest";
import type { InnerSchema } from "../../../generator/src/model/contract.js";
import { createCheck } from "../../../generator/src/payload/check-payloads.js";
import { importValidators, setOf } from "../validators/compile.js";
import { type RandomOptions, types, value } from "../validators/random-schemas.js";

const random: RandomOptions = { names: ["a", "b", "toString", "__proto__", "x/y~"], exotic: true };

for (const closed of [false, true]) {
  test(`problems: there are some exactly when the validator refuses a value, for ${closed ? "writers" : "readers"}`, async () => {
    await fc.assert(
      fc.asyncProperty(types(random), fc.array(value(random), { maxLength: 10 }), async (schemas, values) => {
        const set = withReferences(schemas);
        const validate = (await importValidators(set)).get("validateT0");
        const check = await createCheck("T0", { set, closed, workingFolder: import.meta.dirname });
        for (const each of values) {
          const first = validate?.(each, closed);
          expect([each, check(each).length > 0]).toEqual([each, first !== undefined]);
        }
      }),
      { numRuns: 60 },
    );
  });
}

test.each<[string, InnerSchema, string, readonly string[]]>([
  [
    "one of the wrong kind is asked nothing more",
    { type: ["string"], enum: ["a"], minLength: 5 },
    "1",
    [" enum"],
  ],
  [
    "all missing members",
    { required: ["a", "b"], properties: { a: { type: ["null"] } } },
    "{}",
    ["/a required", "/b required"],
  ],
  [
    "all members too many",
    { properties: {}, additionalProperties: false },
    '{"a":1,"b":1}',
    ["/a additionalProperties", "/b additionalProperties"],
  ],
  [
    "all names",
    { propertyNames: { maxLength: 1 } },
    '{"aa":1,"b":1,"cc":1}',
    ["/aa maxLength", "/cc maxLength"],
  ],
  [
    "members by pattern, and the others",
    { patternProperties: { "^a": { minimum: 3 } }, additionalProperties: { maximum: 0 } },
    '{"a":1,"b":1}',
    ["/a minimum", "/b maximum"],
  ],
  [
    "all items",
    { prefixItems: [{ type: ["null"] }], items: { minimum: 3 } },
    "[1,2,3,1]",
    ["/0 type", "/1 minimum", "/3 minimum"],
  ],
  [
    "all parts",
    { allOf: [{ minimum: 3 }, { multipleOf: 2 }], maximum: 0 },
    "1",
    [" maximum", " minimum", " multipleOf"],
  ],
  ["one for a union", { anyOf: [{ type: ["null"] }, { type: ["string"] }] }, "1", [" anyOf"]],
  ["through references", { $ref: "Node" }, '{"n":{"n":{"x":1}},"x":1}', ["/n/n/x type", "/x type"]],
])("problems: %s", async (_, schema, text, wanted) => {
  const node: InnerSchema = { properties: { n: { $ref: "Node" }, x: { type: ["string"] } } };
  const set = withReferences({ Root: schema, Node: node });
  const check = await createCheck("Root", { set, closed: false, workingFolder: import.meta.dirname });
  expect(check(JSON.parse(text)).map(({ path, keyword }) => `${path} ${keyword}`)).toEqual(wanted);
});

test("problems: undeclared members of a writer, at every level and behind references", async () => {
  const schema: InnerSchema = {
    allOf: [{ $ref: "Base" }, { properties: { own: { properties: { deep: true } } } }],
    required: ["needed"],
  };
  const set = withReferences({ Root: schema, Base: { properties: { id: { type: ["string"] } } } });
  const check = await createCheck("Root", { set, closed: true, workingFolder: import.meta.dirname });
  const found = check(JSON.parse('{"id":1,"own":{"deep":1,"odd":1},"odd":1,"needed":1,"more":1}'));
  expect(found.map(({ path }) => path).toSorted()).toEqual(["/id", "/more", "/odd", "/own/odd"]);
});

/** A set whose types each know all others. */
function withReferences(schemas: Readonly<Record<string, InnerSchema>>) {
  const set = setOf(schemas);
  return { ...set, types: set.types.map((type) => ({ ...type, references: Object.keys(schemas) })) };
}
