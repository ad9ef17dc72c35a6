import type { Broker, BrokerSubscription } from "../broker/broker.js";
import type { AnyContract } from "../contract/contract.js";
import { BusError } from "../errors.js";
import type { ListenerHealth } from "../health.js";
import { ActiveListener } from "./active-listener.js";
import { checkListener } from "./check-listener.js";
import type { HandlerRun } from "./handler-run.js";
import { ListenerNames } from "./listener-names.js";
import { contractsOf, type Registration, type ResolvedListener } from "./registration.js";
import type { RunnerHost } from "./runner-host.js";

/** All listeners and request handlers of a bus: first registered, then at work. */
export class ListenerSet {
  readonly #host: RunnerHost;
  readonly #registrations = new Set<Registration>();
  /** The one handler of each command and query. */
  readonly #handlers = new Map<AnyContract, Registration>();
  readonly #active = new Set<ActiveListener>();
  readonly #names = new ListenerNames();
  #stopped = false;

  constructor(host: RunnerHost) {
    this.#host = host;
  }

  /** Events taken and not settled. */
  get open(): number {
    let open = 0;
    for (const { runner } of this.#active) open += runner.open;
    return open;
  }

  /** Contracts that some listener takes. */
  get contracts(): ReadonlySet<AnyContract> {
    return new Set(Array.from(this.#registrations, contractsOf).flat());
  }

  /** @throws BusError `HANDLER_TAKEN`, `LISTENER_INVALID`, `CONTRACT_UNKNOWN`, `CONTRACT_CONFLICT` */
  add(registration: Registration): void {
    for (const contract of contractsOf(registration)) this.#host.registry.admit(contract);
    checkListener(registration);
    if (isObject(registration) && this.#isRegistered(registration.owner)) return;
    if (registration.kind !== "event") this.#takeRequests(registration);
    this.#registrations.add(registration);
  }

  #remove(registration: Registration): void {
    this.#registrations.delete(registration);
    for (const { contract } of registration.handlers) {
      if (this.#handlers.get(contract) === registration) this.#handlers.delete(contract);
    }
  }

  /** Lets all that were registered work, in order of registration, unless all are stopped. @throws BusError `FEATURE_MISSING` */
  async start(): Promise<void> {
    for (const registration of this.#registrations) this.#activate(registration);
    for (const { runner } of this.#active) {
      if (this.#mayLackFeatures(runner.listener)) await this.#checkFeatures(runner.listener);
    }
    for (const listener of this.#active) {
      if (this.#stopped) return;
      await listener.open();
    }
  }

  /** Adds one while the others work; an object that listens already is not added again. */
  async subscribe(registration: Registration): Promise<ActiveListener> {
    const known = isObject(registration) ? this.#activeOf(registration.owner) : undefined;
    if (known !== undefined) return known;
    this.add(registration);
    let listener: ActiveListener | undefined;
    try {
      listener = this.#activate(registration);
      const resolved = listener.runner.listener;
      if (this.#mayLackFeatures(resolved)) await this.#checkFeatures(resolved);
      await listener.open();
      return listener;
    } catch (error) {
      if (listener !== undefined) await this.endOne(listener);
      else this.#remove(registration);
      throw error;
    }
  }

  /** Ends all that was made from an object or function: nothing published from here on reaches it. Unknown is silent. */
  async end(owner: unknown): Promise<void> {
    const ended = Array.from(this.#active).filter((listener) => listener.registration.owner === owner);
    for (const registration of [...this.#registrations]) {
      if (registration.owner === owner) this.#remove(registration);
    }
    await Promise.all(ended.map((listener) => this.endOne(listener)));
  }

  async endOne(listener: ActiveListener): Promise<void> {
    this.#remove(listener.registration);
    await listener.end();
    this.#retire(listener);
  }

  async endAll(): Promise<void> {
    await Promise.all(Array.from(this.#registrations, ({ owner }) => this.end(owner)));
  }

  /** Whether some listener at work takes events of this contract that go to this address. */
  takes(contract: AnyContract, address: string): boolean {
    for (const listener of this.#active) if (listener.takes(contract, address)) return true;
    return false;
  }

  /** All that are at work. */
  get active(): readonly ActiveListener[] {
    return [...this.#active];
  }

  /** Of all that are at work. */
  health(): readonly ListenerHealth[] {
    return Array.from(this.#active, ({ name, consuming, runner }) => ({
      name,
      contracts: Array.from(runner.listener.handlers.keys(), (contract) => contract.name),
      consuming,
      paused: runner.paused,
      open: runner.open,
    }));
  }

  /** For good: no handler starts from here on, and no listener begins to work. */
  async stopAll(): Promise<void> {
    this.#stopped = true;
    await Promise.all(Array.from(this.#active, (listener) => listener.stop()));
  }

  abandonAll(): readonly { readonly name: string; readonly run: HandlerRun }[] {
    return Array.from(this.#active, ({ name, runner }) =>
      runner.abandon().map((run) => ({ name, run })),
    ).flat();
  }

  async closeAll(): Promise<void> {
    for (const listener of this.#active) {
      await listener.close();
      this.#retire(listener);
    }
  }

  /** Where a delivery came from. */
  brokerOf(subscription: BrokerSubscription): Broker | undefined {
    for (const listener of this.#active) {
      const broker = listener.brokerOf(subscription);
      if (broker !== undefined) return broker;
    }
    return undefined;
  }

  /** Whether a listener asks for something that not every broker has. */
  #mayLackFeatures({ plain }: ResolvedListener): boolean {
    return !plain || this.#host.routes.brokers.some(({ features }) => features.groups !== "all");
  }

  async #checkFeatures(listener: ResolvedListener): Promise<void> {
    const { checkFeatures } = await import("../check-features.js");
    checkFeatures(listener, this.#host.routes);
  }

  #isRegistered(owner: unknown): boolean {
    return Array.from(this.#registrations).some((registration) => registration.owner === owner);
  }

  #activeOf(owner: unknown): ActiveListener | undefined {
    return Array.from(this.#active).find((listener) => listener.registration.owner === owner);
  }

  /** A listener that is to be opened; its name is its own from here on. */
  #activate(registration: Registration): ActiveListener {
    const listener = new ActiveListener(registration, this.#names.nameFor(registration), this.#host);
    this.#active.add(listener);
    return listener;
  }

  #retire(listener: ActiveListener): void {
    if (this.#active.delete(listener)) this.#names.release(listener.name);
  }

  #takeRequests(registration: Registration): void {
    for (const { contract } of registration.handlers) {
      const other = this.#handlers.get(contract);
      if (other === undefined) continue;
      throw new BusError(
        "HANDLER_TAKEN",
        `cannot handle ${contract.name} with ${nameOf(registration)}: ${nameOf(other)} handles it`,
      );
    }
    for (const { contract } of registration.handlers) this.#handlers.set(contract, registration);
  }
}

function nameOf({ name }: Registration): string {
  return name ?? "a handler without a name";
}

/** The same listener object counts once; a function may listen several times. */
function isObject({ owner }: Registration): boolean {
  return typeof owner === "object";
}
