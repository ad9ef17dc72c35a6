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
  /** A broker has lost its connection and restores it. */
  "eventwright:reconnect": { readonly broker: string; readonly cause?: unknown };
}

export interface DeliveryTold {
  readonly type: string;
  readonly id: string;
  readonly listener: string;
  readonly attempt: number;
}

interface DiagnosticsChannel {
  readonly hasSubscribers: boolean;
  publish(message: unknown): void;
}

const silent: DiagnosticsChannel = { hasSubscribers: false, publish: () => {} };

/** Looked up without an import, so that the runtime loads where there is no Node. */
const module = globalThis.process?.getBuiltinModule?.("node:diagnostics_channel");

function channelOf(name: keyof Diagnostics): DiagnosticsChannel {
  return module?.channel(name) ?? silent;
}

const channels: { readonly [Name in keyof Diagnostics]: DiagnosticsChannel } = {
  "eventwright:publish": channelOf("eventwright:publish"),
  "eventwright:deliver": channelOf("eventwright:deliver"),
  "eventwright:handle": channelOf("eventwright:handle"),
  "eventwright:retry": channelOf("eventwright:retry"),
  "eventwright:dead-letter": channelOf("eventwright:dead-letter"),
  "eventwright:reconnect": channelOf("eventwright:reconnect"),
};

/** Whether anybody has subscribed: to be asked first where a message would cost. */
export function hears(name: keyof Diagnostics): boolean {
  return channels[name].hasSubscribers;
}

/** Tells those who subscribed; costs next to nothing when nobody did. */
export function tell<Name extends keyof Diagnostics>(name: Name, message: () => Diagnostics[Name]): void {
  const channel = channels[name];
  if (channel.hasSubscribers) channel.publish(message());
}
