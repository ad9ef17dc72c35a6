/** Names of the `node:diagnostics_channel` channels, and what each tells. */
export interface Diagnostics {
  /** A broker has accepted an event. */
  "eventwright:publish": { readonly type: string; readonly address: string; readonly id: string };
  /** An event has arrived for a listener. */
  "eventwright:deliver": DeliveryTold;
  /** A handler has succeeded. */
  "eventwright:handle": DeliveryTold;
  /** An event is tried again. */
  "eventwright:retry": DeliveryTold & { readonly delayMs: number; readonly error: unknown };
  /** An event goes to the dead letters. */
  "eventwright:dead-letter": DeliveryTold & { readonly reason: string; readonly error?: unknown };
  /** The time of an event was over before a handler began with it. */
  "eventwright:expire": DeliveryTold;
  /** A broker has lost its connection and restores it. */
  "eventwright:reconnect": { readonly broker: string; readonly cause?: unknown };
}

export interface DeliveryTold {
  readonly type: string;
  readonly id: string;
  readonly listener: string;
  readonly attempt: number;
}

export interface DiagnosticsChannel {
  readonly hasSubscribers: boolean;
  publish(message: unknown): void;
}

const silent: DiagnosticsChannel = { hasSubscribers: false, publish: () => {} };

/** Looked up without an import, so that the runtime loads where there is no Node. */
const module = globalThis.process?.getBuiltinModule?.("node:diagnostics_channel");

function channelOf(name: keyof Diagnostics): DiagnosticsChannel {
  return module?.channel(name) ?? silent;
}

/** One constant each, so that asking whether anybody listens costs next to nothing. */
export const publishTold: DiagnosticsChannel = channelOf("eventwright:publish");
export const deliverTold: DiagnosticsChannel = channelOf("eventwright:deliver");
export const handleTold: DiagnosticsChannel = channelOf("eventwright:handle");

/** Tells those who subscribed. */
export function tell<Name extends keyof Diagnostics>(name: Name, message: () => Diagnostics[Name]): void {
  const channel = channelOf(name);
  if (channel.hasSubscribers) channel.publish(message());
}
