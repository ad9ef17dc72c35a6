import type { Channel, Contract } from "../model/contract.js";
import { contractDoc } from "./contract-doc.js";
import { contractType, contractTypes, validatorOf } from "./contract-types.js";
import { channelStatements } from "./emit-channels.js";
import { contractsOf, type EmitContext } from "./emit-context.js";
import { stringLiteral } from "./escape.js";
import { printObject } from "./print-list.js";
import {
  type ConstantStatement,
  fromRuntime,
  type Import,
  type SourceFile,
  type Statement,
} from "./source-file.js";

const defineNames = { event: "defineEvent", command: "defineCommand", query: "defineQuery" } as const;

/**
 * The modules of contracts, channels and shared types, sorted by path. In each, types come first, in order of their
 * names, then the value.
 */
export function emitContracts(context: EmitContext): readonly SourceFile[] {
  const modules = new Map<string, { readonly sources: Set<string>; readonly statements: Statement[] }>();
  const add = (module: string, source: string, statements: readonly Statement[]): void => {
    const entry = modules.get(module) ?? { sources: new Set(), statements: [] };
    entry.sources.add(source);
    entry.statements.push(...statements);
    modules.set(module, entry);
  };
  for (const type of context.set.types) {
    add(type.module, type.source.file, [context.declaration(type.key)]);
  }
  for (const channel of context.set.channels) {
    add(channel.names.channelModule, channel.source.file, channelStatements(channel, context));
  }
  for (const { channel, contract } of contractsOf(context.set)) {
    add(contract.names.module, contract.source.file, contractStatements(contract, channel, context));
  }
  return [...modules]
    .map(([module, { sources, statements }]) => ({ module, sources: [...sources].sort(), statements }))
    .sort((a, b) => (a.module < b.module ? -1 : 1));
}

function contractStatements(
  contract: Contract,
  channel: Channel,
  context: EmitContext,
): readonly Statement[] {
  const value = contractConstant(contract, channel, context);
  if (contract.payload !== undefined) return [value];
  // A contract is always a type as well as a value, also when it carries nothing.
  const { name, doc } = value;
  return [{ kind: "type", name, text: `${doc}export type ${name} = undefined;\n`, imports: [] }, value];
}

function contractConstant(contract: Contract, channel: Channel, context: EmitContext): ConstantStatement {
  const { kind, name, key } = contract;
  const define = defineNames[kind];
  const declared = contractType(contract, contractTypes(contract, channel, context));
  const validators = contractValidators(contract, context);
  const definition = printObject([
    ["name", stringLiteral(name)],
    ["channel", channel.names.channel],
    ["type", stringLiteral(contract.type)],
    ["version", String(contract.version)],
    ...(key === undefined ? [] : [["key", stringLiteral(key)] as const]),
    ...(contract.deprecated === true ? [["deprecated", "true"] as const] : []),
    ...validators.map(({ member, validator }) => [member, validator.name] as const),
    ...levelsMember(contract, context),
  ]);
  return {
    kind: "constant",
    name,
    doc: contractDoc(contract, context),
    type: declared.text,
    value: `/*@__PURE__*/ ${define}(${definition})`,
    imports: [
      ...declared.imports,
      fromRuntime(define),
      { name: channel.names.channel, from: channel.names.channelModule, use: "value" },
      ...validators.map(({ validator }) => validator),
    ],
  };
}

/** How deep the payload's validator goes down; not said of one that may have no end. */
function levelsMember(
  { payload }: Contract,
  { levels }: EmitContext,
): readonly (readonly [string, string])[] {
  const most = payload === undefined ? Number.POSITIVE_INFINITY : levels(payload);
  return Number.isFinite(most) ? [["levels", String(most)]] : [];
}

/** The validators of payload and reply, by the member of the definition that takes them. */
function contractValidators(contract: Contract, context: EmitContext): readonly MemberValidator[] {
  const payload = { member: "payload", type: contract.payload };
  const reply = { member: "reply", type: contract.kind === "event" ? undefined : contract.reply };
  return [payload, reply].flatMap(({ member, type }) =>
    type === undefined ? [] : [{ member, validator: validatorOf(context.lookup(type)) }],
  );
}

interface MemberValidator {
  readonly member: string;
  readonly validator: Import;
}
