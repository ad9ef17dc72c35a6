/// <reference lib="esnext.disposable" preserve="true" />
import type { Broker } from "./broker/broker.js";
import { buildBus } from "./build-bus.js";
import type { CallArguments } from "./contract/bus.js";
import type {
  AnyContract,
  AnyEventContract,
  AnyRequestContract,
  EventContract,
  ParametersOf,
  PayloadOf,
} from "./contract/contract.js";
import type { ChannelListener, ListenerOf, ListenerOptions } from "./contract/listener.js";
import type { Envelope } from "./envelope.js";
import type { ErrorClass, ErrorHook } from "./error-hooks.js";
import { BusError } from "./errors.js";
import type { EachListener, EventContracts, EventHandler, EventOptions, OneOf } from "./event-types.js";
import type { Health } from "./health.js";
import type { CloseReport, Lifecycle, LifecycleParts } from "./lifecycle.js";
import { DeadLetters } from "./listener/dead-letters.js";
import { type ListenerLike, type LooseHandler, toRegistration } from "./listener/registration.js";
import type { DefaultListener, EventsOptions, PublishedEvent } from "./observers.js";
import type { EventBusOptions } from "./options.js";
import { BusCalls } from "./publish/bus-calls.js";
import type { Outlet } from "./publish/outlet.js";
import { type PublishManyOptions, publishEach } from "./publish/publish-many.js";
import type { BusState, StatusChange } from "./status.js";
import type { StreamSubscription } from "./stream-subscription.js";
import { Subscription, subscribe } from "./subscription.js";

export interface CloseOptions {
  /** How long to wait for running handlers. @default as set for the bus */
  readonly timeoutMs?: number;
}

/** Publishes and delivers events by their contracts. Closing it closes its brokers. */
export class EventBus extends BusCalls {
  readonly #parts: LifecycleParts;
  readonly #lifecycle: Lifecycle;
  readonly #outlet: Outlet;
  /** The dead letters of the bus's listeners. */
  readonly deadLetters: DeadLetters;

  /** @throws BusError `BUS_OPTIONS_INVALID` */
  constructor(options: EventBusOptions) {
    super();
    const { parts, lifecycle, outlet } = buildBus(options);
    this.#parts = parts;
    this.#lifecycle = lifecycle;
    this.#outlet = outlet;
    this.deadLetters = new DeadLetters(parts.routes);
  }

  /** What an outbox works with. @internal */
  static partsOf(bus: EventBus): LifecycleParts {
    return bus.#parts;
  }

  get state(): BusState {
    return this.#lifecycle.state;
  }

  /** Contracts that the bus knows: the only ones that it sends and receives. */
  get contracts(): readonly AnyContract[] {
    return this.#parts.registry.contracts;
  }

  /**
   * Adds a listener, a function, or the one handler of a command or query, before the start. The same object twice
   * counts once.
   *
   * @throws BusError `BUS_FROZEN` after the start, `HANDLER_TAKEN`, `LISTENER_INVALID`
   */
  listen(listener: ChannelListener): this;
  listen<const Contracts extends EventContracts>(
    contracts: Contracts,
    handle: EventHandler<Contracts>,
    options?: EventOptions<Contracts>,
  ): this;
  listen<Several>(listener: Several & EachListener<Several, AnyContract>): this;
  listen<Contract extends AnyContract>(listener: ListenerOf<Contract>): this;
  listen(first: ListenerLike | EventContracts, handle?: LooseHandler, options?: ListenerOptions): this {
    if (this.state !== "idle") {
      throw new BusError(
        "BUS_FROZEN",
        `cannot listen: bus is ${this.state}; listen before the start, or subscribe`,
      );
    }
    this.#parts.listeners.add(toRegistration(first, handle, options));
    return this;
  }

  /**
   * Adds a listener or function while the bus runs, or without either gives a stream to loop over. Resolves once
   * events arrive.
   *
   * @throws BusError
   */
  subscribe(listener: ChannelListener): Promise<Subscription>;
  subscribe<const Contracts extends EventContracts>(
    contracts: Contracts,
    handle: EventHandler<Contracts>,
    options?: EventOptions<Contracts>,
  ): Promise<Subscription>;
  subscribe<const Contracts extends EventContracts>(
    contracts: Contracts,
    options?: EventOptions<Contracts>,
  ): Promise<StreamSubscription<PayloadOf<OneOf<Contracts>>, ParametersOf<OneOf<Contracts>>>>;
  subscribe<Several>(listener: Several & EachListener<Several, AnyEventContract>): Promise<Subscription>;
  subscribe<Contract extends AnyEventContract>(listener: ListenerOf<Contract>): Promise<Subscription>;
  async subscribe(
    first: ListenerLike | EventContracts,
    second?: LooseHandler | ListenerOptions,
    options?: ListenerOptions,
  ): Promise<Subscription | StreamSubscription<unknown, unknown>> {
    this.#lifecycle.assertRunning("subscribe");
    return subscribe(this.#parts.listeners, first, second, options);
  }

  /** All listeners and handlers at work, in order of registration: to pause, to slow down or to close one. */
  get subscriptions(): readonly Subscription[] {
    const { listeners } = this.#parts;
    return listeners.active.map((listener) => new Subscription(listeners, listener));
  }

  /**
   * Ends what a listener object or function was registered for: what is published from here on does not reach it.
   * Resolves when its running handlers have ended. Unknown ones are no error.
   */
  unlisten(listener: object): Promise<void> {
    return this.#parts.listeners.end(listener);
  }

  /** As {@link EventBus.unlisten}, for all listeners and handlers of the bus. */
  unlistenAll(): Promise<void> {
    return this.#parts.listeners.endAll();
  }

  /** Takes published events that no listener of this bus takes; `undefined` ends it. */
  setDefaultListener(listener: DefaultListener | undefined): this {
    this.#parts.observers.defaultListener = listener;
    return this;
  }

  /** What is published here from now on, as a stream that holds nobody up; ends with the bus. */
  events(options: EventsOptions = {}): AsyncIterableIterator<PublishedEvent> {
    const stream = this.#parts.observers.events(options);
    if (this.state === "closed") stream.end();
    return stream;
  }

  /** Adds a hook for failures, all or those of one class; hooks of the most specific class go first. */
  onError(hook: ErrorHook, of?: ErrorClass): this {
    this.#parts.hooks.add(of, hook);
    return this;
  }

  /**
   * Connects, checks what listeners ask for against what brokers can do, and subscribes. Registration ends here.
   * After a failure the bus is idle again, and a later start can succeed.
   *
   * @throws BusError `BUS_ALREADY_STARTED`, `BUS_CLOSED`, `FEATURE_MISSING`, `CONTRACT_UNHANDLED`
   */
  start(): Promise<void> {
    return this.#lifecycle.start();
  }

  /** Publishes each payload; one result for each, in their order. A failure stops no other. */
  publishMany<Payload, Parameters>(
    contract: EventContract<Payload, Parameters>,
    payloads: readonly NoInfer<Payload>[],
    ...rest: CallArguments<NoInfer<Parameters>, PublishManyOptions>
  ): Promise<readonly PromiseSettledResult<Envelope<Payload>>[]>;
  publishMany(
    contract: AnyContract,
    payloads: readonly unknown[],
    second?: PublishManyOptions,
    third?: PublishManyOptions,
  ): Promise<readonly PromiseSettledResult<Envelope>[]> {
    const options = contract.channel.parameterNames.length > 0 ? third : second;
    return publishEach(payloads, options?.mode ?? "parallel", (payload) =>
      this.put("event", contract, payload, second, third),
    );
  }

  /**
   * Moves a channel to other brokers while the bus runs: every listener moves along, nothing is lost or delivered
   * twice. Resolves when the old brokers have delivered what they held for this bus.
   */
  async move(channel: string, ...brokers: readonly Broker[]): Promise<void> {
    this.#lifecycle.assertRunning("move a channel");
    const { moveChannel } = await import("./move-channel.js");
    for (const broker of brokers) await this.#lifecycle.connect(broker);
    await moveChannel(this.#parts, channel, brokers);
  }

  /** Resolves when nothing is in flight: no handler, no event that waits for one, no publish, no request. */
  idle(): Promise<void> {
    return this.#lifecycle.idle();
  }

  /** Changes of the bus's state and of its brokers' connections, from now on; ends when the bus is closed. */
  status(): AsyncIterableIterator<StatusChange> {
    return this.#lifecycle.status.read();
  }

  /** Whether the bus and each of its listeners do their work, as it is now. */
  health(): Health {
    const { state, brokers } = this.#lifecycle;
    const listeners = this.#parts.listeners.health();
    const healthy =
      state === "running" &&
      brokers.every(({ status }) => status === "open") &&
      listeners.every(({ consuming }) => consuming);
    return { state, healthy, brokers, listeners };
  }

  /**
   * Stops taking events, waits for running handlers and publishes, and closes the brokers. What was received and not
   * started goes back at once. Every call returns the first call's promise. It never rejects.
   */
  close(options: CloseOptions = {}): Promise<CloseReport> {
    return this.#lifecycle.close(options.timeoutMs ?? this.#parts.options.closeTimeoutMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  protected override put(
    kind: "event" | "command",
    contract: AnyContract,
    payload: unknown,
    second: unknown,
    third: unknown,
  ): Promise<Envelope> {
    return this.#outlet.put(kind, contract, payload, second, third);
  }

  protected override request(
    contract: AnyRequestContract,
    payload: unknown,
    second: unknown,
    third: unknown,
  ): Promise<unknown> {
    return this.#outlet.request(contract, payload, second, third);
  }
}
