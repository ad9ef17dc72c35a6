import { type ParseErrorCode, printParseErrorCode, visit } from "jsonc-parser";
import { appendPointer } from "../json-pointer.js";
import type { JsonValue } from "../model/contract.js";

/** Where the members of an object (their names) or the items of an array begin, as offsets into the text. */
export type Places = ReadonlyMap<object, ReadonlyMap<string, number>>;

export interface ParsedJson {
  /** Objects have no prototype, so that `__proto__` is a name like any other. */
  readonly value: JsonValue;
  readonly places: Places;
}

/** Something wrong with a text as JSON. */
export interface JsonProblem {
  readonly offset: number;
  readonly pointer: string;
  readonly rule: string;
  readonly message: string;
  /** The other place that belongs to it. */
  readonly otherOffset?: number;
}

const deepest = 400;

/**
 * Reads strict JSON (RFC 8259: no comments, no trailing commas) with the place of every value. Refuses duplicate
 * names, numbers beyond what JavaScript can hold, and nesting beyond 400 levels.
 */
export function parseJson(text: string): {
  readonly parsed?: ParsedJson;
  readonly problems: readonly JsonProblem[];
} {
  const reader = new JsonReader();
  try {
    visit(text, reader.visitor, { disallowComments: true, allowTrailingComma: false });
  } catch (error) {
    if (error instanceof Stop) return { problems: [...reader.problems, error.problem] };
    throw error;
  }
  const { value, places, problems } = reader;
  return value === undefined || problems.length > 0 ? { problems } : { parsed: { value, places }, problems };
}

/** Ends the visit at the first thing after which the rest cannot be read. */
class Stop extends Error {
  readonly problem: JsonProblem;

  constructor(problem: JsonProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

interface Container {
  readonly value: { [name: string]: JsonValue } | JsonValue[];
  readonly places: Map<string, number>;
  /** The member or item that is being read. */
  name: string | undefined;
}

class JsonReader {
  value: JsonValue | undefined;
  readonly places = new Map<object, ReadonlyMap<string, number>>();
  readonly problems: JsonProblem[] = [];
  readonly #open: Container[] = [];

  readonly visitor = {
    onObjectBegin: (offset: number): void => this.#begin(Object.create(null), offset),
    onArrayBegin: (offset: number): void => this.#begin([], offset),
    onObjectEnd: (): void => this.#end(),
    onArrayEnd: (): void => this.#end(),
    onObjectProperty: (name: string, offset: number): void => this.#member(name, offset),
    onSeparator: (separator: string): void => this.#separate(separator),
    onLiteralValue: (value: JsonValue, offset: number): void => this.#literal(value, offset),
    onError: (code: ParseErrorCode, offset: number): void => {
      const message = syntaxMessages[printParseErrorCode(code)] ?? "expected JSON";
      throw new Stop({ offset, pointer: this.#pointer(), rule: "json-syntax", message });
    },
  };

  #begin(value: Container["value"], offset: number): void {
    this.#place(value, offset);
    if (this.#open.length >= deepest) {
      const message = `expected at most ${deepest} levels of nesting, got more; split the file`;
      throw new Stop({ offset, pointer: this.#pointer(), rule: "too-deep", message });
    }
    const places = new Map<string, number>();
    this.places.set(value, places);
    this.#open.push({ value, places, name: undefined });
  }

  #end(): void {
    this.#open.pop();
  }

  #member(name: string, offset: number): void {
    const container = this.#open.at(-1);
    if (container === undefined) return;
    const otherOffset = container.places.get(name);
    container.name = name;
    if (otherOffset === undefined) {
      container.places.set(name, offset);
      return;
    }
    const message = `expected each member once, got ${JSON.stringify(name)} twice`;
    this.problems.push({ offset, pointer: this.#pointer(), rule: "duplicate-member", message, otherOffset });
  }

  /** Behind a comma, what is wrong belongs to the object and no longer to its last member. */
  #separate(separator: string): void {
    const container = this.#open.at(-1);
    if (separator === "," && container !== undefined) container.name = undefined;
  }

  #literal(value: JsonValue, offset: number): void {
    this.#place(value, offset);
    if (typeof value === "number" && !Number.isFinite(value)) {
      const message = "expected a number that a 64-bit float can hold, got a larger one";
      this.problems.push({ offset, pointer: this.#pointer(), rule: "number-range", message });
    }
  }

  #place(value: JsonValue, offset: number): void {
    const container = this.#open.at(-1);
    if (container === undefined) {
      this.value = value;
    } else if (Array.isArray(container.value)) {
      container.name = String(container.value.length);
      container.places.set(container.name, offset);
      container.value.push(value);
    } else if (container.name !== undefined) {
      container.value[container.name] = value;
    }
  }

  #pointer(): string {
    return appendPointer("", ...this.#open.flatMap(({ name }) => name ?? []));
  }
}

const syntaxMessages: { readonly [code: string]: string } = {
  InvalidSymbol: "expected JSON, got something that is no JSON value",
  InvalidNumberFormat: "expected a number",
  PropertyNameExpected: "expected the name of a member in double quotes",
  ValueExpected: "expected a value",
  ColonExpected: "expected a colon after the name of the member",
  CommaExpected: "expected a comma",
  CloseBraceExpected: "expected a closing brace",
  CloseBracketExpected: "expected a closing bracket",
  EndOfFileExpected: "expected the end of the file, got more after the value",
  InvalidCommentToken: "expected no comment: JSON has none",
  UnexpectedEndOfString: "expected a closing double quote on the same line",
  UnexpectedEndOfNumber: "expected a digit",
  InvalidUnicode: "expected four hexadecimal digits after \\u",
  InvalidEscapeCharacter: "expected an escape of JSON after the backslash",
  InvalidCharacter: "expected no control character in a string; write it as \\u and four digits",
};
