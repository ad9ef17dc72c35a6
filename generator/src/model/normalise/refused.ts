import { describe } from "../../json-value.js";
import type { InnerSchemaObject, JsonValue } from "../contract.js";
import { isObject, type KeywordRule, type SchemaReader } from "./reader.js";
import { wrong } from "./values.js";

/** A reference that leads elsewhere depending on who asks: no named type can stand for it. */
export function refuseDynamicRef(
  keyword: "$dynamicRef" | "$recursiveRef",
  value: JsonValue,
  reader: SchemaReader,
): InnerSchemaObject {
  const message = `expected no "${keyword}", got ${describe(value)}; use "$ref", which leads to one place`;
  reader.report("dynamic-reference", message, keyword);
  return {};
}

export const recursiveRefRule: KeywordRule = (value, reader) =>
  refuseDynamicRef("$recursiveRef", value, reader);

/** `tsType` holds TypeScript for json-schema-to-typescript: text of a schema never becomes code. */
export const rawCodeRule: KeywordRule = (_value, reader) => {
  reader.report(
    "raw-code",
    `expected no "tsType": a schema cannot hold code; describe the values instead`,
    "tsType",
  );
  return {};
};

const standardVocabularies: ReadonlySet<string> = new Set(
  [
    "core",
    "applicator",
    "unevaluated",
    "validation",
    "meta-data",
    "format-annotation",
    "format-assertion",
    "content",
  ].map((name) => `https://json-schema.org/draft/2020-12/vocab/${name}`),
);

/** `$vocabulary`: only the standard ones are known; a foreign one may be named, but not demanded. */
export const vocabularyRule: KeywordRule = (value, reader) => {
  if (!isObject(value)) return wrong(reader, "$vocabulary", "an object", value);
  for (const [name, demanded] of Object.entries(value)) {
    if (demanded !== false && !standardVocabularies.has(name)) {
      reader.report(
        "unknown-vocabulary",
        `expected a vocabulary of draft 2020-12, got ${describe(name)}`,
        "$vocabulary",
        name,
      );
    }
  }
  return {};
};
