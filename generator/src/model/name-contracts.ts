import type { ChannelDeclaration, ContractDeclaration } from "../load/channel-declaration.js";
import type { ChannelNames, ContractNames } from "./contract.js";
import type { NameClaims } from "./name-claims.js";
import { camelCase, channelBase, channelFolder, kebabCase, moduleIn } from "./names.js";

/** A channel and its contracts, with every name that does not depend on schemas. */
export interface NamedChannel {
  readonly declaration: ChannelDeclaration;
  /** The identifiers of the channel begin with it. */
  readonly base: string;
  readonly names: ChannelNames;
  readonly contracts: readonly NamedContract[];
}

export interface NamedContract {
  readonly declaration: ContractDeclaration;
  readonly names: ContractNames;
}

/**
 * Names channels and contracts, in that order of who must give way: a contract has the name that its file says,
 * classes of channels step aside.
 */
export function nameChannels(
  channels: readonly ChannelDeclaration[],
  claims: NameClaims,
): readonly NamedChannel[] {
  for (const channel of channels)
    for (const contract of channel.contracts) claimContract(channel, contract, claims);
  return channels.map((channel) => nameChannel(channel, claims));
}

function claimContract(
  { document }: ChannelDeclaration,
  contract: ContractDeclaration,
  claims: NameClaims,
): void {
  const at = document.location(contract.pointer);
  claims.claim(contract.name, { what: `the ${contract.kind} ${JSON.stringify(contract.name)}`, at });
  const listener = listenerName(contract);
  claims.claim(listener, {
    what: `the class ${listener} of the ${contract.kind} ${JSON.stringify(contract.name)}`,
    at,
  });
}

function nameChannel(declaration: ChannelDeclaration, claims: NameClaims): NamedChannel {
  const base = channelBase(declaration.name);
  const folder = channelFolder(declaration.name);
  const what = `the channel ${JSON.stringify(declaration.name)}`;
  const at = declaration.document.location("/channel");
  const claim = (suffix: string): string =>
    claims.claimFirst([`${base}${suffix}`, `${base}Channel${suffix}`], { what, at });
  const moduleOf = (suffix: string): string => `${folder}/${kebabCase(base)}-${suffix}`;
  const names: ChannelNames = {
    folder,
    channel: camelCase(claim("Channel")),
    channelModule: moduleOf("channel"),
    parameters: claim("Parameters"),
    publisher: claim("Publisher"),
    publisherModule: moduleOf("publisher"),
    listener: claim("Listener"),
    listenersModule: moduleOf("listeners"),
    eventMap: claim("Events"),
  };
  const taken = [names.channelModule, names.publisherModule, names.listenersModule, moduleOf("events")];
  const contracts = declaration.contracts.map((contract) => ({
    declaration: contract,
    names: nameContract(contract, folder, taken),
  }));
  return { declaration, base, names, contracts };
}

function nameContract(
  contract: ContractDeclaration,
  folder: string,
  taken: readonly string[],
): ContractNames {
  const { name } = contract;
  const method = camelCase(name);
  return {
    module: moduleIn(folder, name, taken),
    // A class cannot give these a meaning of its own; with `then` a promise would call it.
    publish: method === "then" || method in {} ? `publish${name}` : method,
    listener: listenerName(contract),
    on: `on${name}`,
  };
}

function listenerName({ kind, name }: ContractDeclaration): string {
  return `${name}${kind === "event" ? "Listener" : "Handler"}`;
}
