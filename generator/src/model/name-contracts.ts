import type { ChannelDeclaration, ContractDeclaration } from "../load/channel-declaration.js";
import type { ChannelNames, ContractNames } from "./contract.js";
import type { NameClaims } from "./name-claims.js";
import { camelCase, channelBase, channelFolder, isTypeName, kebabCase, moduleIn } from "./names.js";

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
 * Names channels and contracts. A contract has the name that its file says; classes of channels step aside. What is
 * no name has been reported.
 */
export function nameChannels(
  channels: readonly ChannelDeclaration[],
  claims: NameClaims,
): readonly NamedChannel[] {
  for (const channel of channels) {
    for (const contract of channel.contracts) claimContract(channel, contract, claims);
  }
  // Channels whose names clash have been reported: once is enough.
  const bases = new Map<string, ChannelNames>();
  return channels.map((declaration) => {
    const base = channelBase(declaration.name);
    const names = bases.get(base.toLowerCase()) ?? nameChannel(declaration, base, claims);
    bases.set(base.toLowerCase(), names);
    return { declaration, base, names, contracts: nameContracts(declaration.contracts, names) };
  });
}

function claimContract(
  { document }: ChannelDeclaration,
  contract: ContractDeclaration,
  claims: NameClaims,
): void {
  if (!isTypeName(contract.name)) return;
  const at = document.location(contract.pointer);
  const what = `the ${contract.kind} ${JSON.stringify(contract.name)}`;
  const listener = listenerName(contract);
  if (claims.claim(contract.name, { what, at }))
    claims.claim(listener, { what: `the class ${listener} of ${what}`, at });
}

function nameChannel(declaration: ChannelDeclaration, base: string, claims: NameClaims): ChannelNames {
  const { document, name } = declaration;
  const folder = channelFolder(name);
  const holder = { what: `the channel ${JSON.stringify(name)}`, at: document.location("/channel") };
  const claim = (suffix: string): string =>
    // What has nothing to make a name of has been reported.
    base === "" ? suffix : claims.claimFirst([`${base}${suffix}`, `${base}Channel${suffix}`], holder);
  const moduleOf = (suffix: string): string => `${folder}/${kebabCase(base)}-${suffix}`;
  return {
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
}

function nameContracts(
  contracts: readonly ContractDeclaration[],
  { folder, channelModule, publisherModule, listenersModule }: ChannelNames,
): readonly NamedContract[] {
  const taken = [channelModule, publisherModule, listenersModule];
  return contracts.map((declaration) => {
    const { name } = declaration;
    const method = camelCase(name);
    const names: ContractNames = {
      module: moduleIn(folder, name, taken),
      // A class cannot give these a meaning of its own; with `then` a promise would call it.
      publish: method === "then" || method in {} ? `publish${name}` : method,
      listener: listenerName(declaration),
      on: `on${name}`,
    };
    return { declaration, names };
  });
}

function listenerName({ kind, name }: ContractDeclaration): string {
  return `${name}${kind === "event" ? "Listener" : "Handler"}`;
}
