import type { Channel, Contract } from "../model/contract.js";
import { callOptions } from "./call-options.js";
import { contractDoc } from "./contract-doc.js";
import { contractTypes, contractValue, genericType, type TypeUse } from "./contract-types.js";
import type { EmitContext } from "./emit-context.js";
import { docComment } from "./jsdoc.js";
import {
  fromRuntime,
  type Import,
  type Method,
  type MethodParameter,
  type SourceFile,
} from "./source-file.js";

/** How each kind of contract is sent: the bus method, the name of the payload, the type of the options. */
const sending = {
  event: { method: "publish", payload: "payload", options: "PublishOptions" },
  command: { method: "send", payload: "command", options: "RequestOptions" },
  query: { method: "ask", payload: "query", options: "RequestOptions" },
} as const;

/** One publisher class a channel: a method for each event, command and query. */
export function emitPublishers(context: EmitContext): readonly SourceFile[] {
  return context.set.channels.map((channel) => publisherFile(channel, context));
}

function publisherFile(channel: Channel, context: EmitContext): SourceFile {
  const { names, contracts } = channel;
  const methods = contracts.map((contract) => publisherMethod(contract, channel, context));
  return {
    module: names.publisherModule,
    sources: [channel.source.file],
    statements: [
      {
        kind: "class",
        name: names.publisher,
        doc: publisherDoc(channel),
        abstract: false,
        members: [
          { kind: "private", name: "bus", type: "Bus" },
          {
            kind: "constructor",
            parameters: [{ name: "bus", type: "Bus" }],
            body: "this.#bus = bus;",
          },
          ...methods.map(({ method }) => method),
        ],
        imports: [fromRuntime("Bus"), ...methods.flatMap(({ imports }) => imports)],
      },
    ],
  };
}

function publisherDoc({ name, description = "" }: Channel): string {
  return docComment({ description: `Publishes what travels on channel ${name}.\n${description}`.trim() });
}

interface PublisherMethod {
  readonly method: Method;
  readonly imports: readonly Import[];
}

/** Parameters in order: the payload where there is one, the address parameters where there are any, options. */
function publisherMethod(contract: Contract, channel: Channel, context: EmitContext): PublisherMethod {
  const { payload, reply, parameters } = contractTypes(contract, channel, context);
  const { method, payload: payloadName, options: optionsName } = sending[contract.kind];
  const options = callOptions(optionsName, channel, context);
  const value = contractValue(contract);
  const given: readonly MethodParameter[] = [
    ...(contract.payload === undefined ? [] : [{ name: payloadName, type: payload.text }]),
    ...(parameters === undefined ? [] : [{ name: "parameters", type: parameters.text }]),
    { name: "options", type: options.type.text, optional: options.optional },
  ];
  const passed = given.map(({ name }) => name);
  if (contract.payload === undefined) passed.unshift("undefined");
  const result: TypeUse = contract.kind === "event" ? genericType("Envelope", [payload]) : reply;
  return {
    method: {
      kind: "method",
      doc: contractDoc(contract, context),
      name: contract.names.publish,
      parameters: given,
      returns: `Promise<${result.text}>`,
      body: `return this.#bus.${method}(${[value.name, ...passed].join(", ")});`,
    },
    imports: [
      value,
      ...options.type.imports,
      ...payload.imports,
      ...result.imports,
      ...(parameters?.imports ?? []),
    ],
  };
}
