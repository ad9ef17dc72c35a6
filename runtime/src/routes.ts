import type { Broker } from "./broker/broker.js";

/** Which brokers carry which channel. */
export class Routes {
  readonly #default: readonly Broker[];
  readonly #byChannel: Map<string, readonly Broker[]>;

  constructor(broker: Broker, routes: { readonly [channel: string]: Broker | readonly Broker[] }) {
    this.#default = [broker];
    this.#byChannel = new Map(
      Object.entries(routes).map(([channel, route]) => [channel, "publish" in route ? [route] : route]),
    );
  }

  /** Every broker once. */
  get brokers(): readonly Broker[] {
    return [...new Set([...this.#default, ...Array.from(this.#byChannel.values()).flat()])];
  }

  of(channel: string): readonly Broker[] {
    return this.#byChannel.get(channel) ?? this.#default;
  }

  move(channel: string, brokers: readonly Broker[]): void {
    this.#byChannel.set(channel, brokers);
  }
}
