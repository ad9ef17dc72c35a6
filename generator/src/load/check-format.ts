import { describe, has, isArray, isObject, type JsonObject } from "../json-value.js";
import type { JsonValue } from "../model/contract.js";
import { suggestion } from "../nearest-name.js";
import { members } from "./schema-pointers.js";
import { textOf } from "./subschemas.js";

/** Told of each breach: the place, a rule, and a sentence with what is expected and got. */
export type ReportBreach = (pointer: string, rule: string, message: string) => void;

/**
 * Holds a value against the schema of a file format, and reports every breach in words that help. Understands just
 * the keywords that the channel schema uses; a test holds its verdicts equal to those of a full validator.
 */
export class FormatChecker {
  readonly #root: JsonObject;
  readonly #report: ReportBreach;

  constructor(root: JsonObject, report: ReportBreach) {
    this.#root = root;
    this.#report = report;
  }

  check(value: JsonValue, schema: JsonValue = this.#root, pointer = ""): void {
    if (!isObject(schema)) return;
    const ref = textOf(schema, "$ref");
    if (ref !== undefined) this.check(value, this.#definition(ref), pointer);
    if (!hasType(value, schema)) {
      this.#report(
        pointer,
        "type",
        `expected ${textOf(schema, "errorMessage") ?? typesText(schema)}, got ${describe(value)}`,
      );
    } else if (typeof value === "string") {
      this.#checkText(value, schema, pointer, "value");
    } else if (typeof value === "number") {
      this.#checkNumber(value, schema, pointer);
    } else if (isObject(value)) {
      this.#checkObject(value, schema, pointer);
    }
  }

  #definition(ref: string): JsonValue | undefined {
    const definitions = this.#root.$defs;
    return isObject(definitions) ? definitions[ref.slice("#/$defs/".length)] : undefined;
  }

  #checkText(text: string, schema: JsonObject, pointer: string, rule: "value" | "name"): void {
    const { minLength = 0, maxLength = Number.POSITIVE_INFINITY } = schema;
    const pattern = textOf(schema, "pattern");
    const form = textOf(schema, "patternErrorMessage");
    if (typeof minLength === "number" && text.length < minLength) {
      this.#report(pointer, rule, `expected ${form ?? "text"}, got empty text`);
    } else if (typeof maxLength === "number" && [...text].length > maxLength) {
      this.#report(pointer, rule, `expected at most ${maxLength} characters, got ${[...text].length}`);
    } else if (pattern !== undefined && !new RegExp(pattern, "u").test(text)) {
      this.#report(pointer, rule, `expected ${form ?? pattern}, got ${describe(text)}`);
    }
  }

  #checkNumber(value: number, { minimum, maximum }: JsonObject, pointer: string): void {
    if (typeof minimum === "number" && value < minimum) {
      this.#report(pointer, "value", `expected at least ${minimum}, got ${value}`);
    } else if (typeof maximum === "number" && value > maximum) {
      this.#report(pointer, "value", `expected at most ${maximum}, got ${value}`);
    }
  }

  #checkObject(value: JsonObject, schema: JsonObject, pointer: string): void {
    const { properties = {}, propertyNames = true, additionalProperties = true, required = [] } = schema;
    if (!isObject(properties) || !isArray(required)) return;
    for (const member of members(value, pointer)) {
      this.#checkName(member.name, propertyNames, member.pointer);
      if (has(properties, member.name)) {
        this.check(member.value, properties[member.name], member.pointer);
      } else if (additionalProperties === false) {
        const hint = suggestion(member.name, Object.keys(properties));
        this.#report(member.pointer, "unknown-member", `unknown member ${describe(member.name)}${hint}`);
      } else {
        this.check(member.value, additionalProperties, member.pointer);
      }
    }
    for (const name of required) {
      if (typeof name === "string" && !has(value, name)) {
        this.#report(pointer, "required", `expected a member ${describe(name)}, got none`);
      }
    }
    this.#checkCount(value, schema, pointer);
  }

  #checkName(name: string, propertyNames: JsonValue, pointer: string): void {
    if (!isObject(propertyNames)) return;
    const ref = textOf(propertyNames, "$ref");
    const schema = ref === undefined ? propertyNames : this.#definition(ref);
    if (isObject(schema)) this.#checkText(name, schema, pointer, "name");
  }

  #checkCount(value: JsonObject, { minProperties, anyOf }: JsonObject, pointer: string): void {
    if (typeof minProperties === "number" && Object.keys(value).length < minProperties) {
      this.#report(
        pointer,
        "empty",
        `expected at least ${minProperties} member, got none; leave it out instead`,
      );
    }
    if (!isArray(anyOf)) return;
    const alternatives = anyOf.flatMap((schema) =>
      isObject(schema) && isArray(schema.required) ? schema.required : [],
    );
    if (!alternatives.some((name) => typeof name === "string" && has(value, name))) {
      this.#report(
        pointer,
        "required",
        `expected at least one of ${alternatives.map((name) => `"${name}"`).join(", ")}`,
      );
    }
  }
}

const typeNames: { readonly [type: string]: string } = {
  string: "text",
  object: "an object",
  boolean: "true or false",
  integer: "a whole number",
};

function hasType(value: JsonValue, { type }: JsonObject): boolean {
  if (type === undefined) return true;
  return (isArray(type) ? type : [type]).some((name) => {
    if (name === "integer") return Number.isInteger(value);
    return name === "object" ? isObject(value) : typeof value === name;
  });
}

function typesText({ type = [] }: JsonObject): string {
  return (isArray(type) ? type : [type]).map((name) => typeNames[String(name)] ?? String(name)).join(" or ");
}
