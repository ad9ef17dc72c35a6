import { appendPointer } from "../../json-pointer.js";
import { describe } from "../../json-value.js";
import type { InnerSchema, InnerSchemaObject, JsonValue, TypeReference } from "../contract.js";
import { annotations, keywordTables } from "./keyword-table.js";
import { withNull } from "./nullable.js";
import { has, isObject, type KeywordTable, type RawSchema, type SchemaReader } from "./reader.js";
import { refRule } from "./references.js";

export interface NormaliseOptions {
  readonly dialect: "draft-07" | "2020-12";
  /** The key of the type that the reference at `pointer` (to the keyword) leads to; undefined when that was reported. */
  readonly refTo: (ref: string, pointer: string) => TypeReference | undefined;
  readonly report: (pointer: string, rule: string, message: string) => void;
}

const deepest = 400;

/**
 * The schema at `pointer` in the inner form, which means exactly what the original means in its dialect.
 * What cannot be kept is reported with the pointer of the keyword, and read as absent. References are not followed.
 */
export function normalise(schema: JsonValue, pointer: string, options: NormaliseOptions): InnerSchema {
  return read(schema, pointer, options, 0);
}

function read(schema: JsonValue, pointer: string, options: NormaliseOptions, depth: number): InnerSchema {
  if (typeof schema === "boolean") return schema;
  if (!isObject(schema)) {
    options.report(pointer, "schema", `expected a schema, got ${describe(schema)}`);
    return true;
  }
  if (depth > deepest) {
    options.report(
      pointer,
      "too-deep",
      `a schema is nested more than ${deepest} levels deep; name its parts with "$ref"`,
    );
    return true;
  }
  const reader: SchemaReader = {
    schema: (value, ...path) => read(value, appendPointer(pointer, ...path), options, depth + 1),
    refTo: (ref, keyword) => options.refTo(ref, appendPointer(pointer, keyword)),
    report: (rule, message, ...path) => options.report(appendPointer(pointer, ...path), rule, message),
  };
  const table = tableFor(schema, options.dialect);
  const inner = readKeywords(schema, reader, table);
  return has(schema, "nullable") && schema.nullable === true && table !== besideRef ? withNull(inner) : inner;
}

const besideRef: KeywordTable = new Map([...annotations, ["$ref", refRule]]);

/** In draft-07 a `$ref` hides its siblings. */
function tableFor(schema: RawSchema, dialect: NormaliseOptions["dialect"]): KeywordTable {
  return dialect === "draft-07" && has(schema, "$ref") ? besideRef : keywordTables[dialect];
}

function readKeywords(schema: RawSchema, reader: SchemaReader, table: KeywordTable): InnerSchemaObject {
  const inner: InnerSchemaObject = {};
  for (const [keyword, value] of Object.entries(schema)) {
    const rule = table.get(keyword);
    if (rule !== undefined) Object.assign(inner, rule(value, reader, schema));
  }
  return inner;
}
