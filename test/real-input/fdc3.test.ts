import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { isDateTime, isEmail, isUri } from "@eventwright/runtime/contract";
import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { typeName } from "../../generator/src/model/names.js";
import { type Complaint, compileTypes, literal } from "../helpers/compile-types.js";
import { readFiles } from "../helpers/folders.js";
import { generateContracts } from "../helpers/generated-contracts.js";

/**
 * FDC3, the messages between financial desktop applications: the npm packages `@finos/fdc3-schema` and
 * `@finos/fdc3-context`, draft-07 schemas that refer to each other by file name, also from one package into the other.
 */
const require = createRequire(import.meta.url);
const roots = ["@finos/fdc3-schema", "@finos/fdc3-context"].map((name) =>
  join(dirname(require.resolve(`${name}/package.json`)), "dist/schemas"),
);

interface SchemaFile {
  readonly $id: string;
  readonly examples?: readonly object[];
}

const schemas = roots.flatMap((root) =>
  readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".schema.json"))
    .sort()
    .map((path) => {
      const schema: SchemaFile = JSON.parse(readFileSync(join(root, path), "utf8"));
      return { schema, event: `${typeName(path.replace(".schema.json", ""))}Seen` };
    }),
);

/** Every event with its examples. */
const examples = schemas.flatMap(({ event, schema }) =>
  (schema.examples ?? []).map((payload) => ({ event, schema, payload })),
);

const channel = {
  channel: "fdc3",
  events: Object.fromEntries(schemas.map(({ event, schema }) => [event, { payload: { $ref: schema.$id } }])),
};

const encode = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

test("fdc3: all schemas become contracts, whose types and validators take what ajv takes", {
  timeout: 120_000,
}, async () => {
  const { contract, out } = await generateContracts({ "fdc3.channel.json": channel }, roots);
  const ajv = new Ajv({
    strict: false,
    formats: { "date-time": isDateTime, email: isEmail, uri: isUri },
    schemas: schemas.map(({ schema }) => schema),
  });
  const counts = { schemas: schemas.length, examples: examples.length, valid: 0, invalid: 0 };
  const wrongExamples: string[] = [];
  for (const { event, schema, payload } of examples) {
    for (const value of [payload, ...mutants(payload)]) {
      const isValid = ajv.validate(schema.$id, value);
      counts[isValid ? "valid" : "invalid"] += 1;
      expect([event, value, contract(event).is(value)]).toEqual([event, value, isValid]);
    }
    if (!contract(event).is(payload)) wrongExamples.push(event);
    else expect(contract(event).deserialize(encode(payload))).toEqual(payload);
  }
  // Their own schemas refuse these, for instance a time that ends in "ZS".
  expect(wrongExamples).toEqual(["ContextChartSeen", "ContextInteractionSeen", "ContextTimeRangeSeen"]);
  expect(counts).toEqual({ schemas: 178, examples: 32, valid: 168, invalid: 536 });
  expect(complaintsOf(out)).toEqual([]);
});

/** What the compiler says about all declarations, with every example as a literal of its type. */
function complaintsOf(out: string): readonly Complaint[] {
  const declarations = Object.entries(readFiles(out)).filter(([path]) => path.endsWith(".d.ts"));
  const lines = examples.map(
    ({ event, payload }, index) => `export const example${index}: events.${event} = ${literal(payload)};\n`,
  );
  const program = `import type * as events from "./index.js";\n${lines.join("")}`;
  const files = [...declarations, ["examples.ts", program] as const];
  const complaints = compileTypes(new Map(files.map(([path, text]) => [join(out, path), text])));
  expect(declarations.length).toBeGreaterThan(schemas.length);
  return complaints.filter(({ file }) => file.startsWith(out));
}

/** The payload without each of its members, and with each of another kind; one level further down, too. */
function mutants(payload: object): readonly object[] {
  return Object.entries(payload).flatMap(([name, value]) => {
    const { [name]: _, ...without } = Object.fromEntries(Object.entries(payload));
    const inner = isObject(value) ? mutants(value).map((changed) => ({ ...payload, [name]: changed })) : [];
    return [without, { ...payload, [name]: 7 }, { ...payload, [name]: ["x"] }, ...inner];
  });
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
