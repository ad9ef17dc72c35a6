import { renderTypes } from "../../generator/src/emit/emit-types.js";
import type { JsonValue, PayloadType } from "../../generator/src/model/contract.js";
import { normalise } from "../../generator/src/model/normalise/normalise.js";

export type Dialect = "draft-07" | "2020-12";

/** Schemas as named types: `$ref` holds the name of another one. Throws the first finding. */
export function namedTypes(
  schemas: Readonly<Record<string, JsonValue>>,
  dialect: Dialect,
): readonly PayloadType[] {
  return Object.entries(schemas).map(([name, schema]) => ({
    key: name,
    name,
    module: name,
    references: [],
    source: { file: `${name}.schema.json`, line: 1, column: 1, pointer: "" },
    schema: normalise(schema, "", {
      dialect,
      refTo: (ref) => ref,
      report: (pointer, rule, message) => {
        throw new Error(`${name}${pointer}: ${message} [${rule}]`);
      },
    }),
  }));
}

/** The declarations of schemas by name. */
export async function declarations(
  schemas: Readonly<Record<string, JsonValue>>,
  dialect: Dialect = "2020-12",
): Promise<ReadonlyMap<string, string>> {
  return render(namedTypes(schemas, dialect));
}

/** The declarations of named types that refer to each other only, by key. */
export async function render(types: readonly PayloadType[]): Promise<ReadonlyMap<string, string>> {
  const byKey = new Map(types.map((type) => [type.key, type]));
  const rendered = await renderTypes(types, (key) => {
    const type = byKey.get(key);
    if (type === undefined) throw new Error(`no schema ${key}`);
    return type;
  });
  return new Map([...rendered].map(([key, { text }]) => [key, text]));
}
