import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { runtimeModule } from "../emit/runtime-imports.js";
import { checkOutput } from "../emit/syntax-check.js";
import { emitSchema } from "../emit/validators/emit-schema.js";
import { ModuleScope, validatorName } from "../emit/validators/module-scope.js";
import { TypeTable } from "../emit/validators/type-table.js";
import { UsageError } from "../errors.js";
import type { PayloadType, TypeReference } from "../model/contract.js";

/** As `Violation` of the runtime. */
export interface Violation {
  /** JSON Pointer into the value that was judged. */
  readonly path: string;
  readonly keyword: string;
  readonly expected: string;
  readonly got: string;
}

/** As `Validator` of the runtime. */
export type Validator = (value: unknown, closed: boolean) => Violation | undefined;

/**
 * The validators that `generate` would write for these types, by key, loaded from memory, with the runtime that the
 * working folder has installed. They pass the same gate as what is written.
 * @throws UsageError when there is no runtime
 */
export async function loadValidators(
  types: readonly PayloadType[],
  workingFolder: string,
): Promise<ReadonlyMap<TypeReference, Validator>> {
  const runtime = findRuntime(workingFolder);
  const { runtimeNames, body } = emitModule(types.map((type) => ({ ...type, module: "payload" })));
  const textWith = (from: string): string => `import { ${runtimeNames.join(", ")} } from "${from}";\n${body}`;
  await checkOutput([{ path: "payload.validator.js", text: textWith(runtimeModule) }]);
  const module: unknown = await import(`data:text/javascript,${encodeURIComponent(textWith(runtime))}`);
  return new Map(types.map(({ key, name }) => [key, memberFunction(module, `${validatorName(name)}`)]));
}

interface EmittedModule {
  readonly runtimeNames: readonly string[];
  /** All behind the imports. */
  readonly body: string;
}

function emitModule(types: readonly PayloadType[]): EmittedModule {
  const table = new TypeTable(types);
  for (;;) {
    const asked = table.parts.size;
    const scope = new ModuleScope("payload", table, emitSchema);
    for (const { key, name, schema } of types)
      scope.define(validatorName(name), schema, table.parts.has(key));
    // Until none is asked for more than it was made for.
    if (table.parts.size > asked) continue;
    const names = new Set(types.map(({ name }) => `${validatorName(name)}`));
    const functions = Array.from(scope.functions, ([name, text]) =>
      names.has(name) ? `export ${text}` : text,
    );
    return { runtimeNames: [...scope.runtimeNames].sort(), body: scope.constants() + functions.join("") };
  }
}

/** The address of the runtime's module for generated code. */
function findRuntime(workingFolder: string): string {
  for (const from of [join(workingFolder, "package.json"), import.meta.url]) {
    try {
      return pathToFileURL(createRequire(from).resolve(runtimeModule)).href;
    } catch {
      // Looked for beside the generator next.
    }
  }
  throw new UsageError(
    "cannot check payloads without @eventwright/runtime: install it in the working folder",
  );
}

function memberFunction(module: unknown, name: string): Validator {
  const found: unknown =
    typeof module === "object" && module !== null ? Reflect.get(module, name) : undefined;
  if (!isValidator(found)) throw new Error(`internal error: no validator ${name} was made`);
  return found;
}

function isValidator(value: unknown): value is Validator {
  return typeof value === "function";
}
