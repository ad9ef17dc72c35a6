import type { Broker } from "../broker/broker.js";
import type { BusParts } from "../bus-parts.js";
import type { AnyContract } from "../contract/contract.js";
import type { Origin } from "../origin.js";
import { PublishWindow } from "./publish-window.js";

/** What is known of a contract before its first event. */
export interface PublishRoute extends Origin {
  readonly windows: readonly PublishWindow[];
  /** The only one. */
  readonly window: PublishWindow | undefined;
  readonly hasParameters: boolean;
  /** Where an event goes that has a payload and nothing else to look at; absent where there is more. */
  readonly plain: PublishWindow | undefined;
}

/** Where the events of each contract go. */
export class PublishRoutes {
  readonly #parts: BusParts;
  readonly #mayBePlain: boolean;
  readonly #windows = new Map<Broker, PublishWindow>();
  readonly #routes = new Map<AnyContract, PublishRoute>();
  /** Events come in bursts of one kind: the last look-up is kept. */
  #last: PublishRoute | undefined;

  /** `mayBePlain`: nothing but the contract itself stands on an event's way. */
  constructor(parts: BusParts, mayBePlain: boolean) {
    this.#parts = parts;
    this.#mayBePlain = mayBePlain;
  }

  /** Publishes that have not ended. */
  get open(): number {
    let open = 0;
    for (const window of this.#windows.values()) open += window.open;
    return open;
  }

  /** @throws BusError for a contract that the bus does not know */
  of(contract: AnyContract): PublishRoute {
    const last = this.#last;
    return last !== undefined && last.contract === contract ? last : this.#find(contract);
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
    const windows = routes.of(name).map((broker) => this.#windowOf(broker));
    const window = windows.length === 1 ? windows[0] : undefined;
    const hasParameters = parameterNames.length > 0;
    const isPlain = this.#mayBePlain && contract.kind === "event" && !hasParameters && headers === undefined;
    const plain = isPlain ? window : undefined;
    return { contract, source, serializer, validate, gateway, windows, window, hasParameters, plain };
  }

  #windowOf(broker: Broker): PublishWindow {
    const { windowEvents: events, windowBytes: bytes } = this.#parts.options;
    const window = this.#windows.get(broker) ?? new PublishWindow(broker, { events, bytes }, this.#parts);
    this.#windows.set(broker, window);
    return window;
  }
}
