import type { Channel } from "../model/contract.js";
import { sharedFolder } from "../model/names.js";
import { contractValue } from "./contract-types.js";
import { contractsOf, type EmitContext, eventsOf } from "./emit-context.js";
import { docComment } from "./jsdoc.js";
import { printArray } from "./print-list.js";
import { type ExportedName, fromRuntime, type ReExport, type SourceFile } from "./source-file.js";

/** Modules of the output that the model does not name. */
export const rootIndex = "index";
export const sharedIndex: string = `${sharedFolder}/index`;
export const contractList = "contracts";

/** The index of a channel's folder. */
export function channelIndex(channel: Channel): string {
  return `${channel.names.folder}/index`;
}

/**
 * An index for each channel and for the shared types, the list of all contracts, and an index of everything.
 * `files` are the modules that hold what is exported.
 */
export function emitIndexes(context: EmitContext, files: readonly SourceFile[]): readonly SourceFile[] {
  const rest = new Map(files.map((file) => [file.module, file]));
  const indexes = context.set.channels.map((channel): SourceFile => {
    const modules = channelModules(channel);
    const own = modules.flatMap((module) => rest.get(module) ?? []);
    for (const module of modules) rest.delete(module);
    return { module: channelIndex(channel), sources: [channel.source.file], statements: own.map(reExport) };
  });
  const shared = [...rest.values()].map(reExport);
  if (shared.length > 0) indexes.push({ module: sharedIndex, sources: [], statements: shared });
  const reached = [...indexes.map(({ module }) => module), contractList].sort();
  return [...indexes, contractListFile(context), rootFile(context, reached)];
}

function channelModules({ names, contracts }: Channel): readonly string[] {
  const modules = contracts.map((contract) => contract.names.module);
  return [...modules, names.channelModule, names.publisherModule, names.listenersModule].sort();
}

/** In a module of its own, so that importing one channel does not load the contracts of all. */
function contractListFile({ set }: EmitContext): SourceFile {
  const values = contractsOf(set).map(({ contract }) => contractValue(contract));
  return {
    module: contractList,
    sources: [],
    statements: [
      {
        kind: "constant",
        name: "contracts",
        doc: docComment({ description: "Every contract of this package, in order of channels and names." }),
        type: "readonly AnyContract[]",
        value: printArray(values.map(({ name }) => name)),
        imports: [fromRuntime("AnyContract"), ...values],
      },
    ],
  };
}

function rootFile({ set }: EmitContext, modules: readonly string[]): SourceFile {
  const withEvents = set.channels.filter((channel) => eventsOf(channel).length > 0);
  const maps = withEvents.map((channel) => channel.names.eventMap);
  const heritage = maps.length === 0 ? "" : printHeritage(maps);
  const doc = docComment({ description: "The events of all channels by name." });
  return {
    module: rootIndex,
    sources: [],
    statements: [
      ...modules.map((from): ReExport => ({ kind: "re-export", from })),
      {
        kind: "type",
        name: "EventMap",
        text: `${doc}export interface EventMap${heritage} {}\n`,
        imports: withEvents.map((channel) => ({
          name: channel.names.eventMap,
          from: channelIndex(channel),
          use: "type",
        })),
      },
    ],
  };
}

/** ` extends A, B` on one line, or one a line where there are many. */
function printHeritage(names: readonly string[]): string {
  return names.length < 4 ? ` extends ${names.join(", ")}` : ` extends\n    ${names.join(",\n    ")}`;
}

/** Everything that a module exports, sorted by name. */
function reExport({ module, statements }: SourceFile): ReExport {
  const uses = new Map<string, ExportedName["use"]>();
  for (const statement of statements) {
    if (statement.kind === "type" && !uses.has(statement.name)) uses.set(statement.name, "type");
    if (statement.kind === "constant" || statement.kind === "class") uses.set(statement.name, "value");
  }
  const names = [...uses].map(([name, use]) => ({ name, use }));
  return { kind: "re-export", from: module, names: names.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}
