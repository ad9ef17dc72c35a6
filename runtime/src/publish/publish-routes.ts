import type { Broker } from "../broker/broker.js";
import type { BusParts } from "../bus-parts.js";
import type { AnyContract } from "../contract/contract.js";
import type { Origin } from "../origin.js";
import { Handover } from "./handover.js";

/** What is known of a contract before its first event. */
export interface PublishRoute extends Origin {
  /** The same, of payloads that JSON is known to hold. */
  readonly json: Origin;
  readonly windows: readonly Handover[];
  /** The only one. */
  readonly window: Handover | undefined;
  readonly hasParameters: boolean;
  /** Where an event goes that has a payload and nothing else to look at; absent where there is more. */
  readonly plain: Handover | undefined;
}

/** Where the events of each contract go. */
export class PublishRoutes {
  readonly #parts: BusParts;
  readonly #mayBePlain: boolean;
  readonly #windows = new Map<Broker, Handover>();
  readonly #routes = new Map<AnyContract, PublishRoute>();
  /** Events come in bursts of one kind: the last look-up is kept. */
  #last: PublishRoute | undefined;

  /** `mayBePlain`: nothing but the contract itself stands on an event's way. */
  constructor(parts: BusParts, mayBePlain: boolean) {
    this.#parts = parts;
    this.#mayBePlain = mayBePlain;
  }

  /** Publishes that have not ended. */
  get unfinished(): number {
    let unfinished = 0;
    for (const window of this.#windows.values()) unfinished += window.open;
    return unfinished;
  }

  /** @throws BusError for a contract that the bus does not know */
  of(contract: AnyContract): PublishRoute {
    const last = this.#last;
    return last !== undefined && last.contract === contract ? last : this.#find(contract);
  }

  /** To be called before anything is sent to a broker. */
  async open(broker: Broker): Promise<void> {
    if (!this.#windows.has(broker)) this.#windows.set(broker, await this.#makeWindow(broker));
    this.forget();
  }

  /** To be called when channels have moved. */
  forget(): void {
    this.#routes.clear();
    this.#last = undefined;
  }

  #find(contract: AnyContract): PublishRoute {
    const route = this.#routes.get(contract) ?? this.#build(contract);
    this.#routes.set(contract, route);
    this.#last = route;
    return route;
  }

  #build(contract: AnyContract): PublishRoute {
    const { registry, routes, gateway, options } = this.#parts;
    registry.admit(contract);
    const { source, validate, serializer = contract.serializer } = options;
    const { name, parameterNames, headers } = contract.channel;
    const windows = routes.of(name).flatMap((broker) => this.#windows.get(broker) ?? []);
    const window = windows.length === 1 ? windows[0] : undefined;
    const hasParameters = parameterNames.length > 0;
    const isPlain = this.#mayBePlain && contract.kind === "event" && !hasParameters && headers === undefined;
    const plain = isPlain ? window : undefined;
    const bytesAtOnce = plain?.hasMaxBytes ?? false;
    const origin = { contract, source, serializer, validate, isJson: false, bytesAtOnce, gateway };
    return { ...origin, json: { ...origin, isJson: true }, windows, window, hasParameters, plain };
  }

  async #makeWindow(broker: Broker): Promise<Handover> {
    if (broker.immediate === broker.publish) return new Handover(broker);
    const { PublishWindow } = await import("./publish-window.js");
    const { windowEvents: events, windowBytes: bytes } = this.#parts.options;
    return new PublishWindow(broker, { events, bytes }, this.#parts);
  }
}
