import { UsageError } from "../errors.js";
import { buildContracts } from "../model/build-contracts.js";
import type { ContractSet } from "../model/contract.js";
import { PayloadGraph } from "../model/payload-graph.js";
import { checkChannels } from "./check-channels.js";
import { FindingList } from "./finding-list.js";
import { type InputFile, SourceFiles } from "./read-files.js";
import { ReferenceResolver } from "./resolve-refs.js";
import { Roots, type SourceFolders } from "./roots.js";
import { SchemaIndex } from "./schema-index.js";
import { isChannelFile } from "./schema-pointers.js";

export interface LoadedContracts {
  readonly set: ContractSet;
  /** Every file that was read, sorted by name. */
  readonly inputs: readonly InputFile[];
}

/**
 * Reads the channel files and schema files below a folder and builds the contract model from them.
 * @throws FindingsError with everything that is wrong with the files, in order of file and position.
 * @throws UsageError when a folder cannot be read, or holds no channel file.
 */
export function loadContracts(folders: SourceFolders): LoadedContracts {
  const findings = new FindingList();
  const roots = new Roots(folders);
  const files = new SourceFiles(roots, findings);
  const index = new SchemaIndex(findings);
  const documents = files.readAll();
  for (const document of documents) index.add(document);

  const channels = checkChannels(documents.filter(isChannelFile), findings);
  const resolver = new ReferenceResolver(files, index, roots, findings);
  const set = buildContracts(channels, new PayloadGraph(resolver, index, findings), findings);
  if (channels.length === 0) {
    throw new UsageError(
      `no *.channel.json file below ${roots.pathName(roots.schemas)}: "eventwright init" writes a first one`,
    );
  }
  return { set, inputs: files.inputs };
}
