import type { Channel, Contract } from "../model/contract.js";
import { contractType, contractTypes, contractValue, genericType } from "./contract-types.js";
import { type EmitContext, eventsOf } from "./emit-context.js";
import { eventMap } from "./emit-event-map.js";
import { docComment } from "./jsdoc.js";
import { printObject } from "./print-list.js";
import {
  type ClassStatement,
  type DeclaredMethod,
  fromRuntime,
  type Import,
  type SourceFile,
  type Statement,
} from "./source-file.js";

/** For each channel: a base class for each contract, and one for a listener of all its events. */
export function emitListeners(context: EmitContext): readonly SourceFile[] {
  return context.set.channels.map((channel) => ({
    module: channel.names.listenersModule,
    sources: [channel.source.file],
    statements: [
      ...channel.contracts.map((contract) => listenerClass(contract, channel, context)),
      ...channelListener(channel, context),
    ],
  }));
}

/** `OrderPlacedListener` or `CancelOrderHandler`: all but `handle`. */
function listenerClass(contract: Contract, channel: Channel, context: EmitContext): ClassStatement {
  const types = contractTypes(contract, channel, context);
  const { payload, reply, parameters } = types;
  const declared = contractType(contract, types);
  const base =
    contract.kind === "event"
      ? genericType("Listener", [payload, parameters])
      : genericType("RequestHandler", [payload, reply, parameters]);
  const options = genericType("ListenerOptions", [payload, parameters]);
  const handlerContext = genericType("HandlerContext", [parameters]);
  const value = contractValue(contract);
  return {
    kind: "class",
    name: contract.names.listener,
    doc: docComment({
      description: listenerDoc[contract.kind](contract.name),
      deprecated: contract.deprecated,
    }),
    abstract: true,
    implements: base.text,
    members: [
      { kind: "optional", name: "options", type: options.text },
      { kind: "getter", doc: "", name: "contract", type: declared.text, body: `return ${value.name};` },
      {
        kind: "declared-method",
        presence: "abstract",
        doc: "",
        name: "handle",
        parameters: [
          { name: contract.kind, type: payload.text },
          { name: "context", type: handlerContext.text },
        ],
        returns: contract.kind === "event" ? "HandlerReturn" : `${reply.text} | Promise<${reply.text}>`,
      },
    ],
    imports: [
      value,
      ...options.imports,
      ...(contract.kind === "event" ? [fromRuntime("HandlerReturn")] : []),
      ...declared.imports,
      ...base.imports,
      ...handlerContext.imports,
    ],
  };
}

const listenerDoc: { readonly [kind in Contract["kind"]]: (name: string) => string } = {
  event: (name) => `Hears ${name}: extend it, write \`handle\` and pass an instance to \`bus.listen\`.`,
  command: (name) =>
    `Carries out ${name}: extend it, write \`handle\` and pass an instance to \`bus.listen\`.`,
  query: (name) => `Answers ${name}: extend it, write \`handle\` and pass an instance to \`bus.listen\`.`,
};

/** `OrdersListener`, for a channel that has events, and the event map that its options go by. */
function channelListener(channel: Channel, context: EmitContext): readonly Statement[] {
  const events = eventsOf(channel);
  const [first] = events;
  if (first === undefined) return [];
  const { name, names } = channel;
  const methods = events.map((event) => eventMethod(event, channel, context));
  const anyEvent = { text: `${names.eventMap}[keyof ${names.eventMap}]`, imports: [] };
  const options = genericType("ListenerOptions", [
    anyEvent,
    contractTypes(first, channel, context).parameters,
  ]);
  const contracts = printObject(events.map((event) => [event.names.on, event.name]));
  return [
    eventMap(channel, context),
    {
      kind: "class",
      name: names.listener,
      doc: docComment({
        description: [
          `Hears the events of channel ${name} in one subscription, so that their order holds:`,
          "extend it and write the methods you want.",
        ].join("\n"),
      }),
      abstract: true,
      implements: "ChannelListener",
      members: [
        { kind: "optional", name: "options", type: options.text },
        {
          kind: "getter",
          doc: "",
          name: "contracts",
          type: 'ChannelListener["contracts"]',
          body: `return ${contracts};`,
        },
        ...methods.map(({ method }) => method),
      ],
      imports: [
        fromRuntime("ChannelListener"),
        fromRuntime("HandlerReturn"),
        ...options.imports,
        ...events.map(contractValue),
        ...methods.flatMap(({ imports }) => imports),
      ],
    },
  ];
}

/** `onOrderPlaced?(event: OrderPlaced, context: HandlerContext<OrdersParameters>): HandlerReturn;` */
function eventMethod(
  event: Contract,
  channel: Channel,
  context: EmitContext,
): { readonly method: DeclaredMethod; readonly imports: readonly Import[] } {
  const { payload, parameters } = contractTypes(event, channel, context);
  const handlerContext = genericType("HandlerContext", [parameters]);
  return {
    method: {
      kind: "declared-method",
      presence: "optional",
      doc: docComment({ deprecated: event.deprecated }),
      name: event.names.on,
      parameters: [
        { name: "event", type: payload.text },
        { name: "context", type: handlerContext.text },
      ],
      returns: "HandlerReturn",
    },
    imports: [...payload.imports, ...handlerContext.imports],
  };
}
