import type { InnerSchema, InnerSchemaObject, JsonValue } from "../../model/contract.js";
import type { DocText } from "../jsdoc.js";

/** What a doc comment says of a schema: its own words, then what it asks of values that a type cannot express. */
export function schemaDoc(schema: InnerSchema): DocText {
  if (typeof schema === "boolean") return {};
  const blocks = [words(schema), facts(schema), examples(schema)].filter((block) => block !== "");
  return {
    description: blocks.length === 0 ? undefined : blocks.join("\n\n"),
    deprecated: schema.deprecated,
  };
}

function words({ title, description }: InnerSchemaObject): string {
  return [...new Set([title?.trim(), description?.trim()])].filter((text) => text).join("\n\n");
}

function examples({ examples = [] }: InnerSchemaObject): string {
  return examples
    .flatMap((example) => shown(example))
    .map((example) => `@example ${example}`)
    .join("\n");
}

function facts(schema: InnerSchemaObject): string {
  const { items } = schema;
  const ofItems = typeof items === "object" ? ownFacts(items) : [];
  return [...ownFacts(schema), ...(ofItems.length > 0 ? [`Each item: ${ofItems.join(" ")}`] : [])].join("\n");
}

function ownFacts(schema: InnerSchemaObject): readonly string[] {
  const { format, pattern, default: value, contentMediaType, contentEncoding } = schema;
  const lines = [
    format === undefined ? "" : `Format: ${format}.`,
    bounds("Length", schema.minLength, schema.maxLength),
    pattern === undefined ? "" : `Pattern: \`${pattern}\`.`,
    range(schema),
    bounds("Items", schema.minItems, schema.maxItems, schema.uniqueItems === true ? "all different" : ""),
    bounds("Members", schema.minProperties, schema.maxProperties),
    contentMediaType === undefined ? "" : `Content: ${contentMediaType}.`,
    contentEncoding === undefined ? "" : `Encoding: ${contentEncoding}.`,
    schema.readOnly === true ? "Read only." : "",
    schema.writeOnly === true ? "Write only." : "",
    ...shown(value).map((text) => `Default: ${text}.`),
    unsaid(schema),
  ];
  return lines.filter((line) => line !== "");
}

function range({
  type,
  minimum,
  maximum,
  exclusiveMinimum,
  exclusiveMaximum,
  multipleOf,
}: InnerSchemaObject): string {
  const parts = [
    type?.includes("integer") && !type.includes("number") ? "whole" : "",
    minimum === undefined ? "" : `at least ${minimum}`,
    exclusiveMinimum === undefined ? "" : `above ${exclusiveMinimum}`,
    maximum === undefined ? "" : `at most ${maximum}`,
    exclusiveMaximum === undefined ? "" : `below ${exclusiveMaximum}`,
    multipleOf === undefined ? "" : `a multiple of ${multipleOf}`,
  ];
  return list("Number", parts);
}

function bounds(what: string, least: number | undefined, most: number | undefined, more = ""): string {
  const parts = [
    least === undefined ? "" : `at least ${least}`,
    most === undefined ? "" : `at most ${most}`,
    more,
  ];
  return list(what, parts);
}

function list(what: string, parts: readonly string[]): string {
  const said = parts.filter((part) => part !== "");
  return said.length === 0 ? "" : `${what}: ${said.join(", ")}.`;
}

/** True where the alternatives are types of their own, as a union says it, and not conditions on one. */
function isPlainUnion({ oneOf = [] }: InnerSchemaObject): boolean {
  return oneOf.every(
    (schema) =>
      typeof schema === "object" &&
      [schema.$ref, schema.type, schema.const, schema.enum].some((it) => it !== undefined),
  );
}

const longestValue = 500;

/** A value as a doc comment shows it; nothing, where it is too long for that. */
function shown(value: JsonValue | undefined): readonly string[] {
  const text = JSON.stringify(value) ?? "";
  return text === "" || text.length > longestValue ? [] : [text];
}

/** Keywords that the type leaves to the validator, at least in part. */
const leftToValidator = [
  "oneOf",
  "not",
  "if",
  "contains",
  "propertyNames",
  "patternProperties",
  "dependentRequired",
  "dependentSchemas",
  "unevaluatedProperties",
  "unevaluatedItems",
] as const;

function unsaid(schema: InnerSchemaObject): string {
  return list(
    "Also checked",
    leftToValidator.filter(
      (keyword) => schema[keyword] !== undefined && !(keyword === "oneOf" && isPlainUnion(schema)),
    ),
  );
}
