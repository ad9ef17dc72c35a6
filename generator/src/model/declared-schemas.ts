import type { TypeReference } from "./contract.js";
import type { NamedChannel, NamedContract } from "./name-contracts.js";
import { typeName } from "./names.js";
import type { PayloadGraph } from "./payload-graph.js";

/** A schema that a channel file declares: a payload, a reply, a parameter, the headers. */
export interface DeclaredSchema {
  readonly key: TypeReference;
  /** The schema itself, or what it leads to when it is nothing but a reference. */
  readonly target: TypeReference;
  /** The module that needs it. */
  readonly module: string;
  /** The contract whose payload it is: the type bears its name. */
  readonly contract: string | undefined;
  /** Names for its type, the best first, when it is no payload. */
  readonly candidates: readonly string[];
}

export function declaredSchemas(channel: NamedChannel, graph: PayloadGraph): readonly DeclaredSchema[] {
  const { base, declaration, names, contracts } = channel;
  const { document, parameters, headers } = declaration;
  const declare = (
    pointer: string | undefined,
    module: string,
    own: readonly string[],
    contract?: string,
  ) => {
    if (pointer === undefined) return [];
    const key = graph.add({ document, pointer });
    return [{ key, target: skipAliases(key, graph), module, contract, candidates: own }];
  };
  const { channelModule } = names;
  return [
    ...parameters.flatMap(({ name, pointer }) => {
      const own = `${base}${typeName(name)}`;
      return declare(pointer, channelModule, [own, `${own}Parameter`]);
    }),
    ...declare(headers, channelModule, [`${base}Headers`, `${base}ChannelHeaders`]),
    ...contracts.flatMap(({ declaration: { name, payload, reply }, names: { module } }: NamedContract) => [
      ...declare(payload, module, [name], name),
      ...declare(reply, module, [`${name}Reply`, `${base}${name}Reply`]),
    ]),
  ];
}

/** The first schema on the way that is more than a reference. Circles have been reported before. */
function skipAliases(start: TypeReference, graph: PayloadGraph): TypeReference {
  const passed = new Set<TypeReference>();
  let key = start;
  while (!passed.has(key)) {
    passed.add(key);
    const { schema } = graph.get(key);
    if (typeof schema === "boolean" || schema.$ref === undefined || Object.keys(schema).length > 1) break;
    key = schema.$ref;
  }
  return key;
}
