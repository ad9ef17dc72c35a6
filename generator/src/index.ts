/**
 * The generator as a library: what the command line does, without printing.
 *
 * ```ts
 * const report = await generate({ ...(await readConfig(process.cwd())), check: true });
 * ```
 */
export { type Finding, FindingsError, formatFinding, UsageError } from "./errors.js";
export { type GenerateReport, generate } from "./generate.js";
export {
  type ListedChannel,
  type ListedContract,
  type ListOptions,
  listChannels,
} from "./list-channels.js";
export { type LoadedContracts, loadContracts } from "./load/load-contracts.js";
export type { InputFile } from "./load/read-files.js";
export type { SourceFolders } from "./load/roots.js";
export type * from "./model/contract.js";
export type { Config, GenerateOptions, PackageOptions, Stage, Target } from "./options.js";
export { type CheckPayloadsOptions, checkPayloads } from "./payload/check-payloads.js";
export { readConfig } from "./read-config.js";
export type { ChangedPath, WriteReport } from "./write/write-files.js";
