import type { InnerSchema, InnerSchemaObject, JsonValue } from "../../model/contract.js";
import type { DocText } from "../jsdoc.js";
import { mostValues } from "./values-type.js";

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
    count(schema.minLength, schema.maxLength, "character"),
    pattern === undefined ? "" : `Pattern: \`${pattern}\`.`,
    range(schema),
    count(schema.minItems, schema.maxItems, "item"),
    schema.uniqueItems === true ? "All different." : "",
    count(schema.minProperties, schema.maxProperties, "member"),
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
  const isWhole = type?.includes("integer") === true && !type.includes("number");
  const limits = [
    minimum === undefined ? "" : `at least ${minimum}`,
    exclusiveMinimum === undefined ? "" : `above ${exclusiveMinimum}`,
    maximum === undefined ? "" : `at most ${maximum}`,
    exclusiveMaximum === undefined ? "" : `below ${exclusiveMaximum}`,
    multipleOf === undefined ? "" : `a multiple of ${multipleOf}`,
  ].filter((limit) => limit !== "");
  const subject = isWhole ? "Whole number" : "Number";
  if (limits.length === 0) return isWhole ? `${subject}.` : "";
  return `${subject}: ${limits.join(", ")}.`;
}

/** `1 to 20 characters.` */
function count(least: number | undefined, most: number | undefined, what: string): string {
  const noun = (number: number): string => (number === 1 ? what : `${what}s`);
  if (most === undefined) return least === undefined ? "" : `At least ${least} ${noun(least)}.`;
  if (least === undefined || least === 0) return `At most ${most} ${noun(most)}.`;
  return least === most ? `Exactly ${most} ${noun(most)}.` : `${least} to ${most} ${noun(most)}.`;
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
  "enum",
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
  const keywords = leftToValidator.filter((keyword) => {
    if (keyword === "oneOf") return !isPlainUnion(schema);
    if (keyword === "enum") return (schema.enum?.length ?? 0) > mostValues;
    return schema[keyword] !== undefined;
  });
  return keywords.length === 0 ? "" : `Also checked: ${keywords.join(", ")}.`;
}
