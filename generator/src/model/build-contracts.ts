import type { ChannelDeclaration } from "../load/channel-declaration.js";
import { compareText, type FindingList } from "../load/finding-list.js";
import { checkChannelSchemas } from "./check-channel-schemas.js";
import { checkCycles } from "./check-cycles.js";
import type { Channel, Contract, ContractSet, Parameter, TypeReference } from "./contract.js";
import { declaredSchemas } from "./declared-schemas.js";
import { NameClaims } from "./name-claims.js";
import { type NamedChannel, type NamedContract, nameChannels } from "./name-contracts.js";
import type { PayloadGraph } from "./payload-graph.js";
import { placeTypes } from "./place-types.js";
import { textValues } from "./schema-kinds.js";

/**
 * Builds the model: names everything, and gives every schema that a contract reaches its one place in the output.
 * @throws FindingsError with all findings so far, when there are any.
 */
export function buildContracts(
  declarations: readonly ChannelDeclaration[],
  graph: PayloadGraph,
  findings: FindingList,
): ContractSet {
  const claims = new NameClaims(findings);
  const channels = nameChannels(declarations, claims);
  const declared = channels.flatMap((channel) => declaredSchemas(channel, graph));
  checkCycles(graph, findings);
  for (const channel of declarations) checkChannelSchemas(channel, graph, findings);
  findings.throwIfAny();

  const { types, typeOf } = placeTypes(declared, graph, claims);
  findings.throwIfAny();
  const build = (channel: NamedChannel): Channel =>
    buildChannel(channel, graph, (pointer) => {
      const key = graph.add({ document: channel.declaration.document, pointer });
      return typeOf.get(key) ?? key;
    });
  return { channels: channels.map(build).sort((one, other) => compareText(one.name, other.name)), types };
}

/** The type of the schema at a pointer into the channel's file. */
type TypeAt = (pointer: string) => TypeReference;

function buildChannel(
  { declaration, names, contracts }: NamedChannel,
  graph: PayloadGraph,
  typeAt: TypeAt,
): Channel {
  const { document, name, description, owner, address, durable, headers, limits } = declaration;
  const parameters = declaration.parameters.map((parameter): Parameter => {
    const { schema } = graph.get(graph.add({ document, pointer: parameter.pointer }));
    const values = textValues(schema, (key) => graph.get(key).schema);
    return {
      name: parameter.name,
      ...(typeof schema === "object" &&
        schema.description !== undefined && { description: schema.description }),
      ...(values && { values }),
      type: typeAt(parameter.pointer),
    };
  });
  return {
    name,
    ...(description !== undefined && { description }),
    ...(owner !== undefined && { owner }),
    address,
    durable,
    parameters,
    ...(headers !== undefined && { headers: typeAt(headers) }),
    ...(limits !== undefined && { limits }),
    contracts: contracts
      .map((contract) => buildContract(contract, declaration, typeAt))
      .sort((one, other) => compareText(one.name, other.name)),
    names,
    source: document.location(""),
  };
}

function buildContract(
  { declaration, names }: NamedContract,
  channel: ChannelDeclaration,
  typeAt: TypeAt,
): Contract {
  const { kind, name, pointer, type, version, key, description, deprecated, payload } = declaration;
  const reply = declaration.reply === undefined ? undefined : typeAt(declaration.reply);
  const base = {
    name,
    channel: channel.name,
    type,
    version,
    ...(key !== undefined && { key }),
    ...(description !== undefined && { description }),
    ...(deprecated && { deprecated }),
    ...(payload !== undefined && { payload: typeAt(payload) }),
    names,
    source: channel.document.location(pointer),
  };
  if (kind === "event") return { kind, ...base };
  if (kind === "command") return { kind, ...base, ...(reply !== undefined && { reply }) };
  if (reply === undefined) throw new Error(`the query ${name} has no reply, which is a finding`);
  return { kind, ...base, reply };
}
