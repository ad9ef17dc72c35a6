import { dirname, relative, resolve, sep } from "node:path";
import { type Finding, UsageError } from "../errors.js";
import { FindingList } from "../load/finding-list.js";
import { loadContracts } from "../load/load-contracts.js";
import { SourceFiles } from "../load/read-files.js";
import { Roots, resolveLinks } from "../load/roots.js";
import type { SourceDocument } from "../load/source-document.js";
import type {
  ChannelLimits,
  Contract,
  ContractSet,
  JsonValue,
  PayloadType,
  TypeReference,
} from "../model/contract.js";
import { suggestion } from "../nearest-name.js";
import { type Config, resolveGenerateOptions, sourceFolders } from "../options.js";
import { findProblems } from "./find-problems.js";
import { findLimitProblems } from "./limit-problems.js";
import type { Violation } from "./load-validators.js";
import { SplitSchemas } from "./split-schema.js";

export interface CheckPayloadsOptions extends Pick<Config, "schemas" | "roots"> {
  /** The name of an event, command or query. */
  readonly contract: string;
  /** JSON files with one payload each; relative paths start at the working folder. */
  readonly files: readonly string[];
  /** Writers may not add undeclared members. @default "reader" */
  readonly as?: "reader" | "writer";
  /** The files hold replies to the command or query. @default false */
  readonly reply?: boolean;
  /** @default process.cwd() */
  readonly workingFolder?: string;
}

/**
 * Everything wrong with payload files, in order of file and position; the rule of a finding is the keyword that was
 * broken, or the limit of the channel. A file has none exactly when the generated contract takes it. Throws a `FindingsError` when the contracts
 * themselves have findings, and a `UsageError` for an unknown contract.
 */
export async function checkPayloads(options: CheckPayloadsOptions): Promise<readonly Finding[]> {
  const folders = resolveGenerateOptions(options);
  const { set } = loadContracts(sourceFolders(folders));
  const { contract, limits } = findContract(set, options.contract);
  const type = payloadType(contract, options.reply ?? false);
  const closed = options.as === "writer";
  const check = await createCheck(type, { set, closed, workingFolder: folders.workingFolder });
  const findings = new FindingList();
  for (const file of options.files) {
    const document = openPayload(resolve(folders.workingFolder, file), folders.workingFolder, findings);
    if (document === undefined) continue;
    const { value } = document;
    for (const { path, keyword, expected, got } of [...findLimitProblems(value, limits), ...check(value)]) {
      const at = { ...document.location(path), pointer: path };
      findings.add(at, keyword, `expected ${expected}, got ${got}`);
    }
  }
  return findings.all;
}

interface FoundContract {
  readonly contract: Contract;
  /** Of its channel. */
  readonly limits: ChannelLimits | undefined;
}

function findContract({ channels }: ContractSet, name: string): FoundContract {
  for (const { contracts, limits } of channels) {
    const contract = contracts.find((each) => each.name === name);
    if (contract !== undefined) return { contract, limits };
  }
  const names = channels.flatMap(({ contracts }) => contracts.map((contract) => contract.name));
  throw new UsageError(`unknown contract ${JSON.stringify(name)}${suggestion(name, names)}`);
}

function payloadType(contract: Contract, isReply: boolean): TypeReference | undefined {
  if (!isReply) return contract.payload;
  if (contract.kind !== "event") return contract.reply;
  throw new UsageError(`cannot check replies to ${contract.name}: it is an event, which nobody answers`);
}

interface CheckContext {
  readonly set: ContractSet;
  readonly closed: boolean;
  readonly workingFolder: string;
}

/** Gives the problems of a value as a payload of this type. */
export async function createCheck(
  type: TypeReference | undefined,
  { set, closed, workingFolder }: CheckContext,
): Promise<(value: JsonValue) => readonly Violation[]> {
  if (type === undefined) {
    return () => [{ path: "", keyword: "payload", expected: "no payload", got: "a value" }];
  }
  const schemas = new SplitSchemas(typesBelow(type, set));
  schemas.splitAll(type);
  const { loadValidators } = await import("./load-validators.js");
  const validators = await loadValidators(schemas.types, workingFolder);
  return (value) => findProblems(type, value, { schemas, validators, closed });
}

/** The type and all that it refers to. */
function typesBelow(root: TypeReference, { types }: ContractSet): readonly PayloadType[] {
  const byKey = new Map(types.map((type) => [type.key, type]));
  const found = new Set([root]);
  for (const key of found) for (const reference of byKey.get(key)?.references ?? []) found.add(reference);
  return types.filter(({ key }) => found.has(key));
}

function openPayload(path: string, workingFolder: string, findings: FindingList): SourceDocument | undefined {
  const realPath = resolveLinks(path);
  if (realPath === undefined) {
    const file = relative(workingFolder, path).split(sep).join("/");
    findings.add(
      { file, line: 1, column: 1, pointer: "" },
      "unreadable-file",
      "expected a file, got nothing",
    );
    return undefined;
  }
  const roots = new Roots({ schemas: dirname(realPath), roots: [], workingFolder });
  return new SourceFiles(roots, findings).open(realPath);
}
