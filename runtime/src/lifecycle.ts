import type { Broker, BrokerHost, BrokerStatus } from "./broker/broker.js";
import type { BusParts } from "./bus-parts.js";
import { tell } from "./diagnostics.js";
import { BrokerError, BusError } from "./errors.js";
import type { ListenerSet } from "./listener/listener-set.js";
import type { Observers } from "./observers.js";
import type { Publisher } from "./publish/publisher.js";
import type { Requests } from "./request/requests.js";
import { type BusState, StatusFeed } from "./status.js";

/** What `close` could not wait for: these handlers' signals are aborted, and nothing they do has effect any more. */
export interface CloseReport {
  readonly left: readonly { readonly listener: string; readonly contract: string; readonly id: string }[];
}

export interface LifecycleParts extends BusParts {
  readonly listeners: ListenerSet;
  readonly publisher: Publisher;
  /** Present once a command or query was sent. */
  requests?: Requests;
  readonly observers: Observers;
}

/** How long a broker may take to give back what it holds, and to close. */
const brokerTimeoutMs = 5_000;

/** Start, idleness and end of a bus. */
export class Lifecycle {
  readonly status: StatusFeed = new StatusFeed();
  readonly #parts: LifecycleParts;
  readonly #brokers = new Map<Broker, BrokerStatus>();
  readonly #idleWaiters: (() => void)[] = [];
  #state: BusState = "idle";
  #starting: Promise<void> | undefined;
  #closing: Promise<CloseReport> | undefined;

  constructor(parts: LifecycleParts) {
    this.#parts = parts;
  }

  get state(): BusState {
    return this.#state;
  }

  get brokers(): readonly { readonly name: string; readonly status: BrokerStatus }[] {
    return Array.from(this.#brokers, ([{ name }, status]) => ({ name, status }));
  }

  /** @throws BusError when the bus does not run */
  assertRunning(what: string): void {
    if (this.#state !== "running") throw this.notRunning(what);
  }

  notRunning(what: string): BusError {
    const closed = this.#state === "draining" || this.#state === "closed";
    return closed
      ? new BusError("BUS_CLOSED", `cannot ${what}: bus is ${this.#state}`)
      : new BusError("BUS_NOT_STARTED", `cannot ${what}: bus is ${this.#state}; await bus.start() first`);
  }

  async start(): Promise<void> {
    if (this.#closing !== undefined) throw this.notRunning("start");
    if (this.#state !== "idle") {
      throw new BusError("BUS_ALREADY_STARTED", `cannot start: bus is ${this.#state}`);
    }
    this.#enter("starting");
    this.#starting = this.#start();
    await this.#starting;
  }

  close(timeoutMs: number): Promise<CloseReport> {
    this.#closing ??= this.#close(timeoutMs);
    return this.#closing;
  }

  idle(): Promise<void> {
    if (this.#isIdle()) return Promise.resolve();
    return new Promise((resolve) => this.#idleWaiters.push(resolve));
  }

  onQuiet(): void {
    if (this.#idleWaiters.length === 0 || !this.#isIdle()) return;
    for (const resolve of this.#idleWaiters.splice(0)) resolve();
  }

  /** Connects one broker, at the start or when a channel moves to it. */
  async connect(broker: Broker): Promise<void> {
    if (this.#brokers.has(broker)) return;
    this.#setStatus(broker, "connecting");
    await this.#parts.publisher.open(broker);
    await broker.connect(this.#hostOf(broker));
  }

  async #start(): Promise<void> {
    const { options } = this.#parts;
    try {
      this.#assertAllHandled();
      if (options.middleware.length > 0) await this.#loadPipeline();
      for (const broker of this.#parts.routes.brokers) await this.connect(broker);
      await this.#parts.listeners.start();
      if (this.#parts.listeners.contracts.size === 0) this.#sayNobodyListens();
      if (this.#closing === undefined) this.#enter("running");
    } catch (error) {
      await this.#parts.listeners.closeAll();
      await this.#closeBrokers();
      if (this.#closing === undefined) this.#enter("idle");
      throw error;
    }
  }

  async #loadPipeline(): Promise<void> {
    const { Pipeline } = await import("./pipeline/pipeline.js");
    this.#parts.loaded.pipeline = new Pipeline(this.#parts.options);
  }

  #sayNobodyListens(): void {
    const { log, source } = this.#parts.options;
    log(`eventwright: ${source} starts without listeners and handlers`);
  }

  async #close(timeoutMs: number): Promise<CloseReport> {
    const { listeners } = this.#parts;
    const starting = this.#state === "starting" ? this.#starting : undefined;
    this.#enter("draining");
    // In the tick of the call: no handler starts from here on, also while a start is under way.
    await this.#reported(() => listeners.stopAll(), timeoutMs);
    if (starting !== undefined) {
      // One that waits for its server ends with the brokers.
      await this.#within(
        timeoutMs,
        starting.catch(() => {}),
      );
      // What the start was opening meanwhile.
      await this.#reported(() => listeners.stopAll(), timeoutMs);
    }
    await this.#within(timeoutMs, this.idle());
    const left = listeners.abandonAll().map(({ name, run }) => ({
      listener: name,
      contract: run.handler.contract.name,
      id: run.envelope.id,
    }));
    this.#parts.requests?.close();
    await this.#reported(() => listeners.closeAll(), brokerTimeoutMs);
    await this.#closeBrokers();
    this.#parts.observers.close();
    this.#enter("closed");
    return { left };
  }

  async #closeBrokers(): Promise<void> {
    const closes = this.#parts.routes.brokers.map((broker) =>
      this.#reported(() => broker.close(), brokerTimeoutMs),
    );
    await Promise.all(closes);
    this.#brokers.clear();
  }

  #hostOf(broker: Broker): BrokerHost {
    return {
      onStatus: (status, cause) => this.#setStatus(broker, status, cause),
      onReply: (message) => this.#parts.requests?.onReply(message),
      onReport: (error) => this.#parts.hooks.report({ error }),
    };
  }

  #setStatus(broker: Broker, status: BrokerStatus, cause?: unknown): void {
    if (this.#brokers.get(broker) === status) return;
    this.#brokers.set(broker, status);
    if (status === "reconnecting") tell("eventwright:reconnect", () => ({ broker: broker.name, cause }));
    this.status.tell({
      kind: "broker",
      broker: broker.name,
      status,
      ...(cause === undefined ? {} : { cause }),
    });
  }

  #enter(state: BusState): void {
    this.#state = state;
    this.status.tell({ kind: "bus", state });
  }

  #assertAllHandled(): void {
    const { options, registry, listeners } = this.#parts;
    if (!options.strict) return;
    const handled = listeners.contracts;
    const missing = registry.contracts.filter((contract) => !handled.has(contract));
    if (missing.length === 0) return;
    const names = missing.map((contract) => contract.name).join(", ");
    throw new BusError("CONTRACT_UNHANDLED", `cannot start: nobody handles ${names}`);
  }

  #isIdle(): boolean {
    const { listeners, publisher, requests } = this.#parts;
    return listeners.open + publisher.unfinished + (requests?.open ?? 0) === 0;
  }

  /** Whether it resolved in time. */
  async #within(timeoutMs: number, work: Promise<void>): Promise<boolean> {
    let cancel = (): void => {};
    const timeout = new Promise<false>((resolve) => {
      cancel = this.#parts.options.clock.after(timeoutMs, () => resolve(false));
    });
    try {
      return await Promise.race([work.then(() => true), timeout]);
    } finally {
      cancel();
    }
  }

  /** Close always ends: what fails on the way, or does not come back, is reported and left. */
  async #reported(work: () => Promise<void>, timeoutMs: number): Promise<void> {
    try {
      if (await this.#within(timeoutMs, work())) return;
      throw new BrokerError(
        "BROKER_FAILED",
        `cannot end in order: a broker did not answer within ${timeoutMs} ms`,
      );
    } catch (error) {
      this.#parts.hooks.report({ error });
    }
  }
}
