import type { Channel, Contract } from "../model/contract.js";
import { contractDoc } from "./contract-doc.js";
import { type ContractTypes, contractType, contractTypes, namedType, validatorOf } from "./contract-types.js";
import { contractsOf, type EmitContext } from "./emit-context.js";
import { propertyName, stringLiteral } from "./escape.js";
import { docComment } from "./jsdoc.js";
import { printObject } from "./print-list.js";
import { type ConstantStatement, fromRuntime, type SourceFile, type Statement } from "./source-file.js";

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
    const statements = contractStatements(contract, channel, context);
    add(contract.names.module, contract.source.file, statements);
  }
  return [...modules]
    .map(([module, { sources, statements }]) => ({ module, sources: [...sources].sort(), statements }))
    .sort((a, b) => (a.module < b.module ? -1 : 1));
}

function channelStatements(channel: Channel, context: EmitContext): readonly Statement[] {
  const value = channelConstant(channel, context);
  return channel.parameters.length === 0 ? [value] : [parametersInterface(channel, context), value];
}

/** `export interface OrdersParameters { readonly region: OrdersRegion; }` */
function parametersInterface(channel: Channel, context: EmitContext): Statement {
  const members = channel.parameters.map(({ name, description, type }) => {
    const doc = docComment({ description }, "  ");
    return `${doc}  readonly ${propertyName(name)}: ${context.lookup(type).name};\n`;
  });
  const { name, address, names } = channel;
  const doc = docComment({ description: `The parameters of the address ${address} of channel ${name}.` });
  return {
    kind: "type",
    name: names.parameters,
    text: `${doc}export interface ${names.parameters} {\n${members.join("")}}\n`,
    imports: channel.parameters.flatMap(({ type }) => namedType(context.lookup(type)).imports),
  };
}

function channelConstant(channel: Channel, context: EmitContext): ConstantStatement {
  const { names, parameters, headers } = channel;
  const checks = parameters.map(({ name, type }) => ({ name, validator: validatorOf(context.lookup(type)) }));
  const headersCheck = headers === undefined ? undefined : validatorOf(context.lookup(headers));
  const members: [string, string][] = [
    ["name", stringLiteral(channel.name)],
    ["address", stringLiteral(channel.address)],
    ["durable", String(channel.durable)],
  ];
  if (checks.length > 0) {
    const checked = checks.map(({ name, validator }) => [propertyName(name), validator.name] as const);
    members.push(["parameters", printObject(checked)]);
  }
  if (headersCheck !== undefined) members.push(["headers", headersCheck.name]);
  return {
    kind: "constant",
    name: names.channel,
    doc: docComment({ description: channel.description }),
    type: parameters.length === 0 ? "Channel" : `Channel<${names.parameters}>`,
    value: `/*@__PURE__*/ defineChannel(${printObject(members)})`,
    imports: [
      fromRuntime("Channel"),
      fromRuntime("defineChannel"),
      ...checks.map(({ validator }) => validator),
      ...(headersCheck === undefined ? [] : [headersCheck]),
    ],
  };
}

function contractStatements(
  contract: Contract,
  channel: Channel,
  context: EmitContext,
): readonly Statement[] {
  const types = contractTypes(contract, channel, context);
  const doc = contractDoc(contract, context);
  const value = contractConstant(contract, channel, types, doc, context);
  if (contract.payload !== undefined) return [value];
  // A contract is always a type as well as a value, also when it carries nothing.
  const { name } = contract;
  return [{ kind: "type", name, text: `${doc}export type ${name} = undefined;\n`, imports: [] }, value];
}

function contractConstant(
  contract: Contract,
  channel: Channel,
  types: ContractTypes,
  doc: string,
  context: EmitContext,
): ConstantStatement {
  const { kind, name, type, version, key, deprecated, payload } = contract;
  const reply = kind === "event" ? undefined : contract.reply;
  const payloadCheck = payload === undefined ? undefined : validatorOf(context.lookup(payload));
  const replyCheck = reply === undefined ? undefined : validatorOf(context.lookup(reply));
  const members: [string, string][] = [
    ["name", stringLiteral(name)],
    ["channel", channel.names.channel],
    ["type", stringLiteral(type)],
    ["version", String(version)],
  ];
  if (key !== undefined) members.push(["key", stringLiteral(key)]);
  if (deprecated === true) members.push(["deprecated", "true"]);
  if (payloadCheck !== undefined) members.push(["payload", payloadCheck.name]);
  if (replyCheck !== undefined) members.push(["reply", replyCheck.name]);
  const define = defineNames[kind];
  const declared = contractType(contract, types);
  return {
    kind: "constant",
    name,
    doc,
    type: declared.text,
    value: `/*@__PURE__*/ ${define}(${printObject(members)})`,
    imports: [
      ...declared.imports,
      fromRuntime(define),
      { name: channel.names.channel, from: channel.names.channelModule, use: "value" },
      ...(payloadCheck === undefined ? [] : [payloadCheck]),
      ...(replyCheck === undefined ? [] : [replyCheck]),
    ],
  };
}
