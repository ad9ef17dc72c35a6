import { _Code } from "ajv/dist/compile/codegen/code.js";
import { _, type Code, type CodeGen, Name, nil, stringify } from "ajv/dist/compile/codegen/index.js";
import type { InnerSchema, TypeReference } from "../../model/contract.js";
import type { RuntimeName } from "../runtime-imports.js";
import type { TypeFacts } from "./facts.js";
import { closedCondition, isReader, type Place, partArgument } from "./place.js";

/** What a violation message is told about the schema: a value, or the expression of one. */
export type Parameter = Code | Scalar | readonly Scalar[] | undefined;

type Scalar = boolean | null | number | string;

/** What a function asks of the module that it stands in. */
export interface FunctionModule {
  readonly types: TypeFacts;
  createCode(): CodeGen;
  /** The name of an import from the runtime. */
  runtime(name: RuntimeName): Name;
  /** The validator of a type; `isPart` when it is to check values that other schemas speak for too. */
  validator(key: TypeReference, isPart: boolean): Name;
  /** A function of the module for a schema that has no name. */
  branch(schema: InnerSchema, isPart: boolean): Name;
  /** A constant of the module; one for all that have the same code. */
  constant(prefix: ConstantPrefix, code: Code): Name;
  /** A regular expression; the pattern must be one. */
  regExp(pattern: string): Name;
  names(names: Iterable<string>): Name;
  patterns(patterns: Iterable<string>): Name;
}

export type ConstantPrefix = "names" | "pattern" | "patterns" | "value" | "values";

/** Writes the checks of a schema at a place; handed in, because the keywords need it and it needs the keywords. */
export type EmitSchema = (scope: FunctionScope, schema: InnerSchema, place: Place) => void;

/** One emitted function: its code so far, and what its keywords may ask for. */
export class FunctionScope {
  readonly gen: CodeGen;
  readonly module: FunctionModule;
  readonly #emit: EmitSchema;
  #violation: Name | undefined;

  constructor(module: FunctionModule, emit: EmitSchema) {
    this.module = module;
    this.gen = module.createCode();
    this.#emit = emit;
  }

  /** The body of the function. */
  toString(): string {
    const variables = this.#violation === undefined ? "" : `let ${this.#violation};\n`;
    return `${variables}${this.gen}`;
  }

  emit(schema: InnerSchema, place: Place): void {
    this.#emit(this, schema, place);
  }

  runtime(name: RuntimeName): Name {
    return this.module.runtime(name);
  }

  /** Returns the violation of `keyword` from the function. */
  refuse(place: Place, keyword: string, parameter: Parameter, path: Code = place.path): void {
    this.gen.code(this.#refusal(keyword, parameter, place.data, path));
  }

  refuseIf(condition: Code, place: Place, keyword: string, parameter: Parameter): void {
    this.gen.code(_`if (${condition}) ${this.#refusal(keyword, parameter, place.data, place.path)}`);
  }

  /** Returns the violation of a member that is not there. */
  refuseAbsent(path: Code, keyword: string, parameter: string): void {
    this.gen.code(_`return ${this.runtime("fail")}(${path}, ${keyword}, ${parameter}, undefined)`);
  }

  /**
   * Returns what an expression gives, if that is a violation; `path` leads to the value that it looked at. Asks only
   * where a condition holds, if there is one.
   */
  passOn(expression: Code, path: Code, condition?: Code): void {
    this.#violation ??= this.gen.name("v");
    const violation = this.#violation;
    const result = path.toString() === '""' ? violation : _`${this.runtime("under")}(${path}, ${violation})`;
    const guard = condition === undefined ? nil : _`${condition} && `;
    this.gen.code(_`if (${guard}(${violation} = ${expression})) return ${result}`);
  }

  /** Has the runtime look through a writer's value, which the schema leaves open. */
  vouch(place: Place): void {
    if (isReader(place)) return;
    const { data, closed } = place;
    this.gen.code(_`if (${closedCondition(place)}) ${this.runtime("vouch")}(${data}, ${closed})`);
  }

  /** A call of the validator of another type, for the value at a place. */
  callType(key: TypeReference, place: Place): Code {
    const call = partArgument(place);
    return _`${this.module.validator(key, call !== undefined)}(${place.data}, ${place.closed}${optional(call)})`;
  }

  /** A function that checks a value against a schema; `isPart` when other schemas speak for the value too. */
  branch(schema: InnerSchema, isPart: boolean): Name {
    const isReference = typeof schema === "object" && Object.keys(schema).length === 1;
    if (isReference && schema.$ref !== undefined) return this.module.validator(schema.$ref, isPart);
    return this.module.branch(schema, isPart);
  }

  #refusal(keyword: string, parameter: Parameter, data: Code, path: Code): Code {
    return _`return ${this.runtime("fail")}(${path}, ${keyword}, ${parameterCode(parameter)}, ${data})`;
  }
}

function parameterCode(parameter: Parameter): Code {
  if (parameter === undefined) return _`undefined`;
  return parameter instanceof _Code || parameter instanceof Name ? parameter : stringify(parameter);
}

export function optional(argument: Code | undefined): Code {
  return argument === undefined ? nil : _`, ${argument}`;
}

export const dataName: Name = new Name("data");
export const closedName: Name = new Name("closed");
export const partName: Name = new Name("part");
