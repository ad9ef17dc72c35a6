import fc from "fast-check";
import type { InnerSchema, JsonValue } from "../../generator/src/model/contract.js";
import { hostileTexts } from "../attacks/tripwire.js";
import { type RandomOptions, types, value } from "../generator/validators/random-schemas.js";
import type { Types } from "../generator/validators/reference.js";

/** A schema file, the values to try on it, and who knows what is right. */
export interface FuzzCase {
  /** By the name of the definition; `T0` is the payload. */
  readonly schemas: Types;
  /** The same as a file, with texts of the user at every schema. */
  readonly file: JsonValue;
  readonly values: readonly JsonValue[];
  /** `ajv` where it can judge; else a plain reading of the specification. */
  readonly judge: "ajv" | "specification";
}

// ajv cannot compare objects with a member `toString`, and does not see one called `__proto__`.
const plain: RandomOptions = { names: ["a", "b", "x/y~"], exotic: false };
const nasty: RandomOptions = {
  names: [
    "a",
    "toString",
    "__proto__",
    "constructor",
    "length",
    "*/",
    '"]; throw 1; ["',
    "\u2028",
    // What JSON can hold: the serializer refuses the rest.
    ...hostileTexts.filter((each) => !/\p{Surrogate}/u.test(each)),
  ],
  exotic: true,
};

const text: fc.Arbitrary<string> = fc.oneof(fc.constantFrom(...hostileTexts), fc.string({ unit: "binary" }));

export const fuzzCase: fc.Arbitrary<FuzzCase> = fc
  .constantFrom<readonly [FuzzCase["judge"], RandomOptions]>(["ajv", plain], ["specification", nasty])
  .chain(([judge, options]) =>
    fc
      .record({
        schemas: types(options),
        values: fc.array(value(options), { minLength: 15, maxLength: 15 }),
        texts: fc.array(text, { minLength: 3, maxLength: 3 }),
      })
      .map(({ schemas, values, texts }) => ({ schemas, values, judge, file: fileOf(schemas, texts) })),
  );

function fileOf(schemas: Types, texts: readonly string[]): JsonValue {
  const [first = "", second = "", third = ""] = texts;
  const annotations = {
    title: first,
    description: second,
    $comment: third,
    default: first,
    examples: [second, { [third]: first }],
    [`x-${first}`]: second,
    tsEnumNames: texts,
  };
  const $defs = Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, annotate(schema, annotations)]),
  );
  return JSON.parse(JSON.stringify({ ...annotations, $ref: "#/$defs/T0", $defs }, pointTo));
}

/** References by name become references within the file. */
function pointTo(this: unknown, name: string, held: unknown): unknown {
  return name === "$ref" && typeof held === "string" && /^T\d$/.test(held) ? `#/$defs/${held}` : held;
}

function annotate(schema: InnerSchema, annotations: object): JsonValue {
  const own = typeof schema === "boolean" ? {} : annotations;
  return JSON.parse(JSON.stringify(typeof schema === "boolean" ? schema : { ...schema, ...own }));
}
