import type { InnerSchema, InnerSchemaObject } from "../contract.js";
import { has, isArray, isObject, type KeywordRule } from "./reader.js";
import { emptyMap } from "./schema-maps.js";
import { readNames, wrong } from "./values.js";

/**
 * `dependencies` of draft-07, which 2020-12 has split in two: lists of names are `dependentRequired`, schemas are
 * `dependentSchemas`.
 */
export const draft07DependenciesRule: KeywordRule = (value, reader) => {
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

/** `dependencies` in 2020-12, whose meta-schema still knows it, means the same; beside its successors it is refused. */
export const dependenciesRule: KeywordRule = (value, reader, raw) => {
  const successor = ["dependentRequired", "dependentSchemas"].find((keyword) => has(raw, keyword));
  if (successor === undefined) return draft07DependenciesRule(value, reader, raw);
  const message = `expected no "dependencies" beside "${successor}"; move its members there`;
  reader.report("keyword-clash", message, "dependencies");
  return {};
};
