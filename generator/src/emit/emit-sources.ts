import type { PackageOptions, Target } from "../options.js";
import type { EmitContext } from "./emit-context.js";
import { emitContracts } from "./emit-contracts.js";
import { emitIndexes } from "./emit-indexes.js";
import { emitListeners } from "./emit-listeners.js";
import { emitModuleType, emitPackage } from "./emit-package.js";
import { emitPublishers } from "./emit-publishers.js";
import type { OutputFile } from "./output-file.js";
import { printSource } from "./print-source.js";

export interface EmitOptions {
  readonly target: Target;
  /** Makes the output a package. */
  readonly package?: PackageOptions | undefined;
}

/** Everything but the validators: contracts with their types, publishers, listeners, indexes and the package.json. */
export function emitSources(context: EmitContext, options: EmitOptions): readonly OutputFile[] {
  const files = [...emitContracts(context), ...emitPublishers(context), ...emitListeners(context)];
  const indexes = emitIndexes(context, files);
  const printed = [...files, ...indexes].flatMap((file) => printSource(file, options.target));
  if (options.package !== undefined) {
    return [...printed, emitPackage(context.set, indexes, options.package, options.target)];
  }
  return options.target === "js" ? [...printed, emitModuleType()] : printed;
}
