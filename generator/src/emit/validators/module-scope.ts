import { _, type Code, CodeGen, Name, stringify, ValueScope } from "ajv/dist/compile/codegen/index.js";
import type { InnerSchema, TypeReference } from "../../model/contract.js";
import type { RuntimeName } from "../runtime-imports.js";
import { listCode } from "./code-list.js";
import {
  type ConstantPrefix,
  closedName,
  dataName,
  type EmitSchema,
  type FunctionModule,
  FunctionScope,
  partName,
} from "./function-scope.js";
import { patternFlags } from "./pattern-flags.js";
import type { TypeTable } from "./type-table.js";

const constantPrefixes: readonly ConstantPrefix[] = ["names", "pattern", "patterns", "value", "values"];

/** One emitted module: its functions, and the constants and imports that they share. */
export class ModuleScope implements FunctionModule {
  readonly types: TypeTable;
  /** What is imported from the runtime. */
  readonly runtimeNames: Set<RuntimeName> = new Set();
  /** Types of other modules whose validators are called. */
  readonly foreignTypes: Set<TypeReference> = new Set();
  /** The texts of the functions made so far, by name. */
  readonly functions: Map<string, string> = new Map();
  readonly #module: string;
  readonly #emit: EmitSchema;
  readonly #constants = new ValueScope({ scope: {}, prefixes: new Set(constantPrefixes), lines: true });
  #branches = 0;

  constructor(module: string, types: TypeTable, emit: EmitSchema) {
    this.#module = module;
    this.types = types;
    this.#emit = emit;
  }

  createCode(): CodeGen {
    return new CodeGen(this.#constants, { lines: true });
  }

  runtime(name: RuntimeName): Name {
    this.runtimeNames.add(name);
    return new Name(name);
  }

  validator(key: TypeReference, isPart: boolean): Name {
    const { name, module } = this.types.lookup(key);
    if (isPart) this.types.parts.add(key);
    if (module !== this.#module) this.foreignTypes.add(key);
    return validatorName(name);
  }

  constant(prefix: ConstantPrefix, code: Code): Name {
    return this.#constants.value(prefix, { ref: code.toString(), code });
  }

  regExp(pattern: string): Name {
    return this.constant(
      "pattern",
      _`/* @__PURE__ */ new RegExp(${pattern}, ${patternFlags(pattern) ?? "u"})`,
    );
  }

  names(names: Iterable<string>): Name {
    return this.constant("names", stringify([...names]));
  }

  patterns(patterns: Iterable<string>): Name {
    return this.constant(
      "patterns",
      _`[${listCode(Array.from(patterns, (pattern) => this.regExp(pattern)))}]`,
    );
  }

  branch(schema: InnerSchema, isPart: boolean): Name {
    const name = new Name(`branch${this.#branches}`);
    this.#branches += 1;
    this.define(name, schema, isPart);
    return name;
  }

  /** Writes the function that checks a value against a schema. */
  define(name: Name, schema: InnerSchema, isPart: boolean): void {
    const scope = new FunctionScope(this, this.#emit);
    scope.emit(schema, {
      data: dataName,
      path: _`""`,
      closed: closedName,
      root: true,
      vouches: true,
      ...(isPart && { part: partName }),
    });
    const parameters = isPart ? _`${dataName}, ${closedName}, ${partName}` : _`${dataName}, ${closedName}`;
    this.functions.set(`${name}`, `function ${name}(${parameters}) {\n${scope}}\n`);
  }

  /** The constants as source text. */
  constants(): string {
    return this.#constants.scopeCode().toString();
  }
}

export function validatorName(type: string): Name {
  return new Name(`validate${type}`);
}
