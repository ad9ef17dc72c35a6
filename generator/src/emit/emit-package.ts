import type { ContractSet } from "../model/contract.js";
import type { PackageOptions, Target } from "../options.js";
import { contractsOf } from "./emit-context.js";
import type { OutputFile } from "./output-file.js";
import { runtimePackage, runtimeVersions } from "./runtime-imports.js";
import type { SourceFile } from "./source-file.js";

interface ExportConditions {
  readonly types: string;
  readonly default: string;
}

/**
 * The package.json of the output. Everything together, each channel, the shared types, the list of contracts and each
 * contract have a path of their own, so that users load what they use. For target `ts`, the JavaScript is what the
 * users' compiler puts beside the sources.
 */
export function emitPackage(
  set: ContractSet,
  indexes: readonly SourceFile[],
  { name, version = "0.0.0", private: isPrivate = true }: PackageOptions,
  target: Target,
): OutputFile {
  const modules = [
    ...indexes.map(({ module }) => module),
    ...contractsOf(set).map(({ contract }) => contract.names.module),
  ];
  const exports = modules
    .map((module) => [exportPath(module), exportConditions(module, target)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const content = {
    name,
    version,
    ...(isPrivate && { private: true }),
    type: "module",
    sideEffects: false,
    exports: { ...Object.fromEntries(exports), "./package.json": "./package.json" },
    peerDependencies: { [runtimePackage]: runtimeVersions },
  };
  return { path: "package.json", text: `${JSON.stringify(content, null, 2)}\n` };
}

/** `.` for `index`, `./orders` for `orders/index`, `./orders/order-placed` for itself. */
function exportPath(module: string): string {
  return module === "index" ? "." : `./${module.replace(/\/index$/, "")}`;
}

function exportConditions(module: string, target: Target): ExportConditions {
  return { types: `./${module}.${target === "ts" ? "ts" : "d.ts"}`, default: `./${module}.js` };
}
