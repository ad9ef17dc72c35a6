import { expect, test } from "vitest";
import { compile } from "./compile.js";

const schema = {
  type: ["object"],
  properties: {
    orderId: { type: ["string"], format: "uuid" },
    total: { type: ["number"], minimum: 0, multipleOf: 0.01 },
    lines: { type: ["array"], minItems: 1, items: { $ref: "Line" } },
    state: { enum: ["new", "paid"] },
    note: { type: ["string", "null"], maxLength: 5 },
    buyer: { anyOf: [{ $ref: "Person" }, { $ref: "Firm" }, { type: ["null"] }] },
    toString: { type: ["string"] },
  },
  required: ["orderId", "total", "lines"],
} as const;
const others = {
  Line: { type: ["object"], properties: { sku: { type: ["string"], minLength: 1 } }, required: ["sku"] },
  Person: {
    allOf: [
      { $ref: "Base" },
      {
        type: ["object"],
        properties: { kind: { const: "person" }, name: { type: ["string"] } },
        required: ["kind"],
      },
    ],
  },
  Firm: {
    allOf: [
      { $ref: "Base" },
      { properties: { kind: { const: "firm" }, vat: { type: ["string"] } }, required: ["kind"] },
    ],
  },
  Base: { type: ["object"], properties: { id: { type: ["integer"] } }, required: ["id"] },
} as const;

test("validators: a whole contract is checked as its writer and its readers want", async () => {
  const v = await compile(schema, others);
  const good = { orderId: "2eb8aa08-aa98-11ea-b4aa-73b441d16380", total: 19.99, lines: [{ sku: "a" }] };
  expect(v(good, true)).toBeUndefined();
  expect(v({ ...good, x: 1 }, false)).toBeUndefined();
  expect(v({ ...good, x: 1 }, true)?.path).toBe("/x");
  expect(v({ ...good, buyer: { kind: "firm", id: 1, name: "s" } }, true)?.path).toBe("/buyer/name");
});
