import type { InnerSchema, InnerSchemaObject } from "../contract.js";
import { isArray, isObject, type KeywordRule } from "./reader.js";
import { emptyMap } from "./schema-maps.js";
import { readNames, wrong } from "./values.js";

/**
 * `dependencies` of draft-07, which 2020-12 has split in two: lists of names are `dependentRequired`, schemas are
 * `dependentSchemas`. The 2020-12 meta-schema still knows the old keyword, so it means the same there.
 */
export const dependenciesRule: KeywordRule = (value, reader) => {
  if (!isObject(value)) return wrong(reader, "dependencies", "an object", value);
  const dependentRequired = emptyMap<readonly string[]>();
  const dependentSchemas = emptyMap<InnerSchema>();
  for (const [name, dependency] of Object.entries(value)) {
    if (isArray(dependency)) {
      dependentRequired[name] = readNames(dependency, reader, "dependencies", name);
    } else {
      dependentSchemas[name] = reader.schema(dependency, "dependencies", name);
    }
  }
  const inner: { -readonly [Key in keyof InnerSchemaObject]: InnerSchemaObject[Key] } = {};
  if (Object.keys(dependentRequired).length > 0) inner.dependentRequired = dependentRequired;
  if (Object.keys(dependentSchemas).length > 0) inner.dependentSchemas = dependentSchemas;
  return inner;
};
