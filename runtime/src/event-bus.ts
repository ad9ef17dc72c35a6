/// <reference lib="esnext.disposable" preserve="true" />
import type { Broker } from "./broker/broker.js";
import type { LiveMessage } from "./broker/message.js";
import type { BusParts } from "./bus-parts.js";
import type { Bus, CallArguments, PublishOptions, RequestOptions } from "./contract/bus.js";
import {
  type AnyContract,
  type AnyEventContract,
  type AnyRequestContract,
  type CommandContract,
  EventContract,
  type ParametersOf,
  type PayloadOf,
  type QueryContract,
} from "./contract/contract.js";
import type {
  ChannelListener,
  HandlerContext,
  HandlerReturn,
  ListenerOf,
  ListenerOptions,
} from "./contract/listener.js";
import type { Envelope } from "./envelope.js";
import { type ErrorClass, type ErrorHook, ErrorHooks } from "./error-hooks.js";
import { BusError, PublishError } from "./errors.js";
import type { Health } from "./health.js";
import { type CloseReport, Lifecycle, type LifecycleParts } from "./lifecycle.js";
import { DeadLetters } from "./listener/dead-letters.js";
import type { Gateway } from "./listener/handler-run.js";
import { ListenerSet } from "./listener/listener-set.js";
import {
  type ListenerLike,
  type LooseHandler,
  type Registration,
  registerFunction,
  registerListener,
} from "./listener/registration.js";
import type { ReplyAddress, RunnerHost } from "./listener/runner-host.js";
import { type DefaultListener, type EventsOptions, Observers, type PublishedEvent } from "./observers.js";
import { type EventBusOptions, resolveEventBusOptions } from "./options.js";
import { Deadlines } from "./publish/deadlines.js";
import { type PublishManyOptions, publishEach } from "./publish/publish-many.js";
import { asPublishError, Publisher } from "./publish/publisher.js";
import { ContractRegistry } from "./registry.js";
import { assertReply, LiveReply, type ReplyKind } from "./request/reply.js";
import { Requests } from "./request/requests.js";
import { Routes } from "./routes.js";
import type { BusState, StatusChange } from "./status.js";
import { openStream, type StreamSubscription, Subscription } from "./subscription.js";

export interface CloseOptions {
  /** How long to wait for running handlers. @default as set for the bus */
  readonly timeoutMs?: number;
}

type OneOf<Contracts> = Contracts extends readonly (infer Contract)[] ? Contract : Contracts;

/** A function that handles events of one contract, or of any of several. */
export type EventHandler<Contracts> = (
  event: PayloadOf<OneOf<Contracts>>,
  context: HandlerContext<ParametersOf<OneOf<Contracts>>>,
) => HandlerReturn;

/** What each member of a union of listeners has to be. */
type EachListener<Several, Allowed extends AnyContract> = Several extends {
  readonly contract: infer Contract extends Allowed;
}
  ? ListenerOf<Contract>
  : ChannelListener;

type EventContracts = AnyEventContract | readonly AnyEventContract[];

/** Options for a function that handles events of these contracts. */
export type EventOptions<Contracts> = ListenerOptions<
  PayloadOf<OneOf<Contracts>>,
  ParametersOf<OneOf<Contracts>>
>;

/** Publishes and delivers events by their contracts. Closing it closes its brokers. */
export class EventBus implements Bus {
  readonly #parts: LifecycleParts;
  readonly #lifecycle: Lifecycle;
  readonly #observers: Observers;
  /** The dead letters of the bus's listeners. */
  readonly deadLetters: DeadLetters;

  /** @throws BusError `BUS_OPTIONS_INVALID` */
  constructor(options: EventBusOptions) {
    const resolved = resolveEventBusOptions(options);
    const gateway: Gateway = {
      prepare: (...args) => publisher.prepare(...args),
      send: (message) => this.#sendObserved(message),
      request: (...args) => requests.request(...args),
    };
    const shared: BusParts = {
      gateway,
      options: resolved,
      registry: new ContractRegistry(options.contracts),
      routes: new Routes(resolved.broker, resolved.routes),
      hooks: new ErrorHooks(resolved.log),
      deadlines: new Deadlines(resolved.clock),
      onQuiet: () => this.#lifecycle.onQuiet(),
    };
    const publisher = new Publisher(shared);
    const requests = new Requests(shared, publisher);
    const host: RunnerHost = { ...shared, reply: (...args) => this.#reply(...args) };
    this.#observers = new Observers(shared.hooks);
    this.#parts = {
      ...shared,
      publisher,
      requests,
      listeners: new ListenerSet(host),
      observers: this.#observers,
    };
    this.#lifecycle = new Lifecycle(this.#parts);
    this.deadLetters = new DeadLetters(shared.routes);
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
    if (this.state !== "idle") throw new BusError("BUS_FROZEN", `cannot listen: bus is ${this.state}`);
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
    const { listeners } = this.#parts;
    if (typeof second === "function" || !isContracts(first)) {
      const handle = typeof second === "function" ? second : undefined;
      const registration = toRegistration(first, handle, options);
      if (registration.kind !== "event")
        throw new BusError("BUS_FROZEN", "cannot add a request handler: bus is running");
      return listeners.subscribe(registration).then((listener) => new Subscription(listeners, listener));
    }
    return openStream(listeners, isList(first) ? first : [first], second);
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
    this.#observers.defaultListener = listener;
    return this;
  }

  /** What is published here from now on, as a stream that holds nobody up; ends with the bus. */
  events(options: EventsOptions = {}): AsyncIterableIterator<PublishedEvent> {
    const stream = this.#observers.events(options);
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

  publish<Payload, Parameters>(
    contract: EventContract<Payload, Parameters>,
    payload: NoInfer<Payload>,
    ...rest: CallArguments<NoInfer<Parameters>, PublishOptions>
  ): Promise<Envelope<Payload>>;
  publish(contract: AnyContract, payload: unknown, second?: unknown, third?: unknown): Promise<Envelope> {
    if (this.#lifecycle.state === "running" && !this.#observers.any && contract.kind === "event") {
      return this.#parts.publisher.publish(contract, payload, second, third);
    }
    return this.#publish(contract, "event", payload, second, third);
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
      this.#publish(contract, "event", payload, second, third),
    );
  }

  post<Payload, Reply, Parameters>(
    contract: CommandContract<Payload, Reply, Parameters>,
    payload: NoInfer<Payload>,
    ...rest: CallArguments<NoInfer<Parameters>, PublishOptions>
  ): Promise<Envelope<Payload>>;
  post(contract: AnyContract, payload: unknown, second?: unknown, third?: unknown): Promise<Envelope> {
    return this.#publish(contract, "command", payload, second, third);
  }

  send<Payload, Reply, Parameters>(
    contract: CommandContract<Payload, Reply, Parameters>,
    payload: NoInfer<Payload>,
    ...rest: CallArguments<NoInfer<Parameters>, RequestOptions>
  ): Promise<Reply>;
  send(contract: AnyRequestContract, payload: unknown, second?: unknown, third?: unknown): Promise<unknown> {
    return this.#request(contract, payload, second, third);
  }

  ask<Payload, Reply, Parameters>(
    contract: QueryContract<Payload, Reply, Parameters>,
    payload: NoInfer<Payload>,
    ...rest: CallArguments<NoInfer<Parameters>, RequestOptions>
  ): Promise<Reply>;
  ask(contract: AnyRequestContract, payload: unknown, second?: unknown, third?: unknown): Promise<unknown> {
    return this.#request(contract, payload, second, third);
  }

  /**
   * Moves a channel to other brokers while the bus runs: every listener moves along, nothing is lost or delivered
   * twice. Resolves when the old brokers have delivered what they held for this bus.
   */
  async move(channel: string, ...brokers: readonly Broker[]): Promise<void> {
    this.#lifecycle.assertRunning("move a channel");
    const { listeners, routes, publisher } = this.#parts;
    for (const broker of brokers) await this.#lifecycle.connect(broker);
    await listeners.move(channel, brokers, () => {
      routes.move(channel, brokers);
      publisher.forgetRoutes();
    });
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

  #publish(
    contract: AnyContract,
    kind: "event" | "command",
    payload: unknown,
    second: unknown,
    third: unknown,
  ): Promise<Envelope> {
    try {
      if (this.state !== "running") throw this.#refusal(contract);
      const { publisher } = this.#parts;
      const message = publisher.prepare(contract, payload, second, third);
      if (contract.kind !== kind)
        throw new BusError("CONTRACT_UNKNOWN", `expected an ${kind}, got a ${contract.kind}`);
      return this.#sendObserved(message) ?? Promise.resolve(message.envelope);
    } catch (error) {
      return Promise.reject(asPublishError(contract, error, "refused"));
    }
  }

  #sendObserved(message: LiveMessage): Promise<Envelope> | undefined {
    const { publisher } = this.#parts;
    return this.#observers.any ? this.#sendAndTell(message) : publisher.send(message);
  }

  async #sendAndTell(message: LiveMessage): Promise<Envelope> {
    const { contract, address } = message;
    const handled = this.#parts.listeners.takes(contract, address);
    const envelope = await this.#sendOrDefault(message, handled);
    this.#observers.published({ contract, envelope }, handled);
    return envelope;
  }

  /** An event that no queue takes is taken where there is a default listener. */
  async #sendOrDefault(message: LiveMessage, handled: boolean): Promise<Envelope> {
    try {
      return (await this.#parts.publisher.send(message)) ?? message.envelope;
    } catch (error) {
      const unroutable = error instanceof PublishError && error.code === "PUBLISH_UNROUTABLE";
      if (unroutable && !handled && this.#observers.defaultListener !== undefined) return message.envelope;
      throw error;
    }
  }

  #request(
    contract: AnyRequestContract,
    payload: unknown,
    second: unknown,
    third: unknown,
  ): Promise<unknown> {
    if (this.state !== "running") return Promise.reject(this.#lifecycle.notRunning(`send ${contract.name}`));
    return this.#parts.requests.request(contract, payload, second, third);
  }

  #reply(to: ReplyAddress, kind: ReplyKind, payload: unknown): void | Promise<void> {
    const { options, listeners } = this.#parts;
    const { contract, requestId, replyTo, subscription } = to;
    if (kind === "ok" && options.validate && contract.kind !== "event")
      assertReply(contract, payload, "publish");
    const request = { id: requestId, source: options.source, replyTo };
    const reply = new LiveReply(contract, request, { kind, payload }, options.serializer);
    return listeners.brokerOf(subscription)?.reply(reply);
  }

  #refusal(contract: AnyContract): PublishError {
    const { code, message } = this.#lifecycle.notRunning(`publish ${contract?.name}`);
    return new PublishError(code === "BUS_CLOSED" ? "PUBLISH_CLOSED" : "PUBLISH_NOT_STARTED", message, {
      outcome: "refused",
    });
  }
}

function toRegistration(
  first: ListenerLike | EventContracts,
  handle: LooseHandler | undefined,
  options: ListenerOptions | undefined,
): Registration {
  if (!isContracts(first)) return registerListener(first);
  if (handle === undefined) throw new BusError("LISTENER_INVALID", "cannot listen: expected a function");
  return registerFunction(isList(first) ? first : [first], handle, options);
}

function isList(value: ListenerLike | EventContracts): value is readonly AnyEventContract[] {
  return Array.isArray(value);
}

/** Contracts, and not a listener: what is no contract is refused when it is registered. */
function isContracts(value: ListenerLike | EventContracts): value is EventContracts {
  return isList(value) || value instanceof EventContract;
}
