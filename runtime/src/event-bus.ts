import type { Broker, BrokerHost } from "./broker/broker.js";
import type { Bus, CallArguments, PublishOptions, RequestOptions } from "./contract/bus.js";
import type {
  AnyContract,
  AnyEventContract,
  AnyRequestContract,
  CommandContract,
  EventContract,
  PayloadOf,
  QueryContract,
} from "./contract/contract.js";
import type {
  ChannelListener,
  HandlerContext,
  HandlerReturn,
  Listener,
  ListenerOptions,
  RequestHandler,
} from "./contract/listener.js";
import type { Envelope } from "./envelope.js";
import { type ErrorClass, type ErrorHook, ErrorHooks } from "./error-hooks.js";
import { BusError, PublishError } from "./errors.js";
import { ListenerSet } from "./listener/listener-set.js";
import {
  type ListenerLike,
  type LooseHandler,
  type Registration,
  registerFunction,
  registerListener,
} from "./listener/registration.js";
import type { ReplyAddress, RunnerHost } from "./listener/runner-host.js";
import { type EventBusOptions, type ResolvedOptions, resolveEventBusOptions } from "./options.js";
import { Deadlines } from "./publish/deadlines.js";
import { asPublishError, Publisher } from "./publish/publisher.js";
import { ContractRegistry } from "./registry.js";
import { LiveReply, type ReplyKind } from "./request/reply.js";
import { Requests } from "./request/requests.js";
import type { Subscription } from "./subscription.js";

/** Where a bus stands; it only ever goes forward, but for a start that failed. */
export type BusState = "idle" | "starting" | "running" | "draining" | "closed";

/** What `close` could not wait for: these handlers' signals are aborted, and nothing they do has effect any more. */
export interface CloseReport {
  readonly left: readonly { readonly listener: string; readonly contract: string; readonly id: string }[];
}

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

type ParametersOf<Contract> = Contract extends EventContract<unknown, infer Parameters> ? Parameters : never;

type EventContracts = AnyEventContract | readonly AnyEventContract[];

/** Publishes and delivers events by their contracts. Closing it closes its brokers. */
export class EventBus implements Bus {
  readonly #options: ResolvedOptions;
  readonly #registry: ContractRegistry;
  readonly #hooks: ErrorHooks;
  readonly #publisher: Publisher;
  readonly #requests: Requests;
  readonly #listeners: ListenerSet;
  readonly #brokers: readonly Broker[];
  readonly #idleWaiters: (() => void)[] = [];
  #state: BusState = "idle";
  #starting: Promise<void> | undefined;
  #closing: Promise<CloseReport> | undefined;

  /** @throws BusError `BUS_OPTIONS_INVALID` */
  constructor(options: EventBusOptions) {
    this.#options = resolveEventBusOptions(options);
    this.#registry = new ContractRegistry(options.contracts);
    this.#hooks = new ErrorHooks(this.#options.log);
    const { broker, routes, clock } = this.#options;
    this.#brokers = [...new Set([broker, ...Object.values(routes).flat()])];
    const deadlines = new Deadlines(clock);
    const onQuiet = (): void => this.#onQuiet();
    this.#publisher = new Publisher(this.#options, this.#registry, deadlines, onQuiet);
    this.#requests = new Requests(this.#options, this.#publisher, deadlines, onQuiet);
    this.#listeners = new ListenerSet(this.#runnerHost(onQuiet));
  }

  get state(): BusState {
    return this.#state;
  }

  /** Contracts that the bus knows: the only ones that it sends and receives. */
  get contracts(): readonly AnyContract[] {
    return this.#registry.contracts;
  }

  /**
   * Adds a listener, a function, or the one handler of a command or query, before the start. The same object twice
   * counts once.
   *
   * @throws BusError `BUS_FROZEN` after the start, `HANDLER_TAKEN`, `LISTENER_INVALID`
   */
  listen<Payload, Parameters>(listener: Listener<Payload, Parameters>): this;
  listen<Payload, Reply, Parameters>(handler: RequestHandler<Payload, Reply, Parameters>): this;
  listen(listener: ChannelListener): this;
  listen<Contracts extends EventContracts>(
    contracts: Contracts,
    handle: EventHandler<Contracts>,
    options?: ListenerOptions<PayloadOf<OneOf<Contracts>>>,
  ): this;
  listen(first: ListenerLike | EventContracts, handle?: LooseHandler, options?: ListenerOptions): this {
    if (this.#state !== "idle") throw new BusError("BUS_FROZEN", `cannot listen: bus is ${this.#state}`);
    this.#listeners.add(toRegistration(first, handle, options));
    return this;
  }

  /** Adds a listener or function while the bus runs; resolves once events arrive. @throws BusError */
  subscribe<Payload, Parameters>(listener: Listener<Payload, Parameters>): Promise<Subscription>;
  subscribe(listener: ChannelListener): Promise<Subscription>;
  subscribe<Contracts extends EventContracts>(
    contracts: Contracts,
    handle: EventHandler<Contracts>,
    options?: ListenerOptions<PayloadOf<OneOf<Contracts>>>,
  ): Promise<Subscription>;
  async subscribe(
    first: ListenerLike | EventContracts,
    handle?: LooseHandler,
    options?: ListenerOptions,
  ): Promise<Subscription> {
    if (this.#state !== "running") throw this.#notRunning("subscribe");
    const registration = toRegistration(first, handle, options);
    if (registration.kind !== "event")
      throw new BusError("BUS_FROZEN", "cannot add a request handler: bus is running");
    this.#listeners.add(registration);
    const listener = this.#listeners.activate(registration);
    await this.#listeners.begin(listener);
    const close = (): Promise<void> => this.#listeners.close(listener);
    return { name: listener.name, close, [Symbol.asyncDispose]: close };
  }

  /** Adds a hook for failures, all or those of one class; hooks of the most specific class go first. */
  onError(hook: ErrorHook, of?: ErrorClass): this {
    this.#hooks.add(of, hook);
    return this;
  }

  /**
   * Connects, checks what listeners ask for against what brokers can do, and subscribes. Registration ends here.
   * After a failure the bus is idle again, and a later start can succeed.
   *
   * @throws BusError `BUS_ALREADY_STARTED`, `BUS_CLOSED`, `FEATURE_MISSING`, `CONTRACT_UNHANDLED`
   */
  async start(): Promise<void> {
    if (this.#state === "draining" || this.#state === "closed") throw this.#notRunning("start");
    if (this.#state !== "idle")
      throw new BusError("BUS_ALREADY_STARTED", `cannot start: bus is ${this.#state}`);
    this.#state = "starting";
    this.#starting = this.#start();
    await this.#starting;
  }

  publish<Payload, Parameters>(
    contract: EventContract<Payload, Parameters>,
    payload: NoInfer<Payload>,
    ...rest: CallArguments<Parameters, PublishOptions>
  ): Promise<Envelope<Payload>>;
  publish(contract: AnyContract, payload: unknown, second?: unknown, third?: unknown): Promise<Envelope> {
    return this.#publish(contract, "event", payload, second, third);
  }

  post<Payload, Reply, Parameters>(
    contract: CommandContract<Payload, Reply, Parameters>,
    payload: NoInfer<Payload>,
    ...rest: CallArguments<Parameters, PublishOptions>
  ): Promise<Envelope<Payload>>;
  post(contract: AnyContract, payload: unknown, second?: unknown, third?: unknown): Promise<Envelope> {
    return this.#publish(contract, "command", payload, second, third);
  }

  send<Payload, Reply, Parameters>(
    contract: CommandContract<Payload, Reply, Parameters>,
    payload: NoInfer<Payload>,
    ...rest: CallArguments<Parameters, RequestOptions>
  ): Promise<Reply>;
  send(contract: AnyRequestContract, payload: unknown, second?: unknown, third?: unknown): Promise<unknown> {
    return this.#request(contract, payload, second, third);
  }

  ask<Payload, Reply, Parameters>(
    contract: QueryContract<Payload, Reply, Parameters>,
    payload: NoInfer<Payload>,
    ...rest: CallArguments<Parameters, RequestOptions>
  ): Promise<Reply>;
  ask(contract: AnyRequestContract, payload: unknown, second?: unknown, third?: unknown): Promise<unknown> {
    return this.#request(contract, payload, second, third);
  }

  /** Resolves when nothing is in flight: no handler, no event that waits for one, no publish, no request. */
  idle(): Promise<void> {
    if (this.#isIdle()) return Promise.resolve();
    return new Promise((resolve) => this.#idleWaiters.push(resolve));
  }

  /**
   * Stops taking events, waits for running handlers and publishes, and closes the brokers. What was received and not
   * started goes back at once. Every call returns the first call's promise. It never rejects.
   */
  close(options: CloseOptions = {}): Promise<CloseReport> {
    this.#closing ??= this.#close(options.timeoutMs ?? this.#options.closeTimeoutMs);
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #start(): Promise<void> {
    try {
      this.#assertAllHandled();
      for (const broker of this.#brokers) await broker.connect(this.#brokerHost());
      await this.#listeners.start();
      if (this.#state === "starting") this.#state = "running";
    } catch (error) {
      await this.#listeners.closeAll();
      for (const broker of this.#brokers) await broker.close();
      if (this.#state === "starting") this.#state = "idle";
      throw error;
    }
  }

  async #close(timeoutMs: number): Promise<CloseReport> {
    this.#state = "draining";
    await this.#starting?.catch(() => {});
    await this.#listeners.stopAll();
    await this.#idleWithin(timeoutMs);
    const left = this.#listeners.abandonAll().map(({ name, run }) => ({
      listener: name,
      contract: run.handler.contract.name,
      id: run.envelope.id,
    }));
    this.#requests.close();
    await this.#listeners.closeAll();
    for (const broker of this.#brokers) await this.#reported(() => broker.close());
    this.#state = "closed";
    return { left };
  }

  #publish(
    contract: AnyContract,
    kind: "event" | "command",
    payload: unknown,
    second: unknown,
    third: unknown,
  ): Promise<Envelope> {
    try {
      if (this.#state !== "running") throw this.#publishRefused(contract);
      if (contract.kind !== kind)
        throw new BusError("CONTRACT_UNKNOWN", `expected an ${kind}, got a ${contract.kind}`);
      const sent = this.#publisher.send(this.#publisher.prepare(contract, payload, second, third));
      return sent instanceof Promise ? sent : Promise.resolve(sent);
    } catch (error) {
      return Promise.reject(asPublishError(contract, error, "refused"));
    }
  }

  #request(
    contract: AnyRequestContract,
    payload: unknown,
    second: unknown,
    third: unknown,
  ): Promise<unknown> {
    if (this.#state !== "running") return Promise.reject(this.#notRunning(`send ${contract.name}`));
    return this.#requests.request(contract, payload, second, third);
  }

  #reply(to: ReplyAddress, kind: ReplyKind, payload: unknown): void | Promise<void> {
    const { contract, requestId, replyTo, subscription } = to;
    if (kind === "ok" && this.#options.validate && contract.kind !== "event") assertReply(contract, payload);
    const request = { id: requestId, source: this.#options.source, replyTo };
    const reply = new LiveReply(contract, request, { kind, payload }, this.#options.serializer);
    return this.#listeners.brokerOf(subscription)?.reply(reply);
  }

  #runnerHost(onQuiet: () => void): RunnerHost {
    return {
      options: this.#options,
      registry: this.#registry,
      hooks: this.#hooks,
      gateway: {
        prepare: (...args) => this.#publisher.prepare(...args),
        send: (outgoing) => this.#publisher.send(outgoing),
        request: (...args) => this.#requests.request(...args),
      },
      reply: (to, kind, payload) => this.#reply(to, kind, payload),
      onQuiet,
    };
  }

  #brokerHost(): BrokerHost {
    return {
      onStatus: () => {},
      onReply: (message) => this.#requests.onReply(message),
      onReport: (error) => this.#hooks.report({ error }),
    };
  }

  #assertAllHandled(): void {
    if (!this.#options.strict) return;
    const handled = this.#listeners.contracts;
    const missing = this.#registry.contracts.filter((contract) => !handled.has(contract));
    if (missing.length === 0) return;
    const names = missing.map((contract) => contract.name).join(", ");
    throw new BusError("CONTRACT_UNHANDLED", `cannot start: nobody handles ${names}`);
  }

  #notRunning(what: string): BusError {
    const closed = this.#state === "draining" || this.#state === "closed";
    return new BusError(closed ? "BUS_CLOSED" : "BUS_NOT_STARTED", `cannot ${what}: bus is ${this.#state}`);
  }

  #publishRefused(contract: AnyContract): PublishError {
    const closed = this.#state === "draining" || this.#state === "closed";
    return new PublishError(
      closed ? "PUBLISH_CLOSED" : "PUBLISH_NOT_STARTED",
      `cannot publish ${contract?.name}: bus is ${this.#state}`,
      { outcome: "refused" },
    );
  }

  #isIdle(): boolean {
    return this.#listeners.open === 0 && this.#publisher.open === 0 && this.#requests.open === 0;
  }

  #onQuiet(): void {
    if (this.#idleWaiters.length === 0 || !this.#isIdle()) return;
    for (const resolve of this.#idleWaiters.splice(0)) resolve();
  }

  async #idleWithin(timeoutMs: number): Promise<void> {
    let cancel = (): void => {};
    const timeout = new Promise<void>((resolve) => {
      cancel = this.#options.clock.after(timeoutMs, resolve);
    });
    await Promise.race([this.idle(), timeout]);
    cancel();
  }

  async #reported(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#hooks.report({ error });
    }
  }
}

function assertReply(contract: AnyRequestContract, payload: unknown): void {
  contract.assertReply(payload, "publish");
}

function toRegistration(
  first: ListenerLike | EventContracts,
  handle: LooseHandler | undefined,
  options: ListenerOptions | undefined,
): Registration {
  if (handle === undefined) return registerListener(isList(first) ? {} : "kind" in first ? {} : first);
  const contracts = isList(first) ? first : "kind" in first ? [first] : [];
  return registerFunction(contracts, handle, options);
}

function isList(value: ListenerLike | EventContracts): value is readonly AnyEventContract[] {
  return Array.isArray(value);
}
