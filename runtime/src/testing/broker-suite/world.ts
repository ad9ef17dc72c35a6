import type { Broker, BrokerFeatures, DeadLetter, Inspection } from "../../broker/broker.js";
import type { Clock } from "../../clock.js";
import { type Channel, defineChannel } from "../../contract/channel.js";
import {
  type CommandContract,
  defineCommand,
  defineEvent,
  defineQuery,
  type EventContract,
  type QueryContract,
} from "../../contract/contract.js";
import type { Validator } from "../../contract/violation.js";
import type { Failure } from "../../error-hooks.js";
import { EventBus } from "../../event-bus.js";
import type { EventBusOptions } from "../../options.js";

/** One server, as the suite sees it. */
export interface BrokerUnderTest {
  /** A new broker on the server: what an instance of a service would have. */
  make(options?: { readonly maxBytes?: number }): Broker;
  /** Time that the suite can let pass, where the broker runs on it; without it the suite really waits. */
  readonly clock?: SuiteClock;
  /** What brokers and server are connected by, where the suite may break it. */
  readonly link?: SuiteLink;
  /** Gives the server back. */
  close?(): Promise<void>;
}

/** The connections to a server, as tests break them. */
export interface SuiteLink {
  /** Nothing passes, and nobody is told: as with a server that has been halted. */
  hold(): void;
  /** All connections end, and new ones are refused: as without a server. */
  cut(): void;
  /** All is well again. */
  heal(): Promise<void>;
}

/** Time that stands still until it is told to go on. */
export interface SuiteClock extends Clock {
  advance(byMs: number): Promise<void>;
  /** Timers that have not fired. */
  readonly pending: number;
}

/** How much a run does: `quick` for every check, `stress` for the night. */
export type Load = "quick" | "stress";

/** The event that most cases send. */
export interface Item {
  readonly n: number;
  readonly key: string;
}

/** What one case works with: buses on one server, contracts with names of its own, and time. */
export class World {
  readonly load: Load;
  readonly failures: Failure[] = [];
  readonly #under: BrokerUnderTest;
  readonly #patienceMs: number;
  #features: BrokerFeatures | undefined;
  readonly #buses: EventBus[] = [];
  readonly #brokers = new Map<EventBus, Broker>();
  readonly #name = `s${crypto.randomUUID().slice(0, 8)}`;
  #names = 0;

  constructor(under: BrokerUnderTest, load: Load, patienceMs: number) {
    this.#under = under;
    this.load = load;
    this.#patienceMs = patienceMs;
  }

  get features(): BrokerFeatures {
    this.#features ??= this.#under.make().features;
    return this.#features;
  }

  /** For cases that need it. @throws Error when there is none */
  get link(): SuiteLink {
    const { link } = this.#under;
    if (link === undefined) throw new Error("there is no link to break");
    return link;
  }

  /** The volume of a case by load. */
  volume(quick: number, stress: number): number {
    return this.load === "quick" ? quick : stress;
  }

  /** A bus that is not started; one broker each, all on one server. */
  bus(options: Partial<EventBusOptions> & { readonly maxBytes?: number } = {}): EventBus {
    const { maxBytes, ...busOptions } = options;
    const broker = this.#under.make(maxBytes === undefined ? {} : { maxBytes });
    const { clock } = this.#under;
    const bus = new EventBus({
      source: "suite",
      broker,
      log: () => {},
      ...(clock && { clock }),
      ...busOptions,
    });
    bus.onError((failure) => void this.failures.push(failure));
    this.#buses.push(bus);
    this.#brokers.set(bus, broker);
    return bus;
  }

  /** Ends a bus's connection as a crash would: nothing is given back in order. */
  async kill(bus: EventBus): Promise<void> {
    await this.#brokers.get(bus)?.close();
  }

  /** What the server holds for a listener, as this bus's broker sees it. */
  async inspect(bus: EventBus, listener: string): Promise<Inspection> {
    const inspection = await this.#brokers.get(bus)?.inspect?.(listener);
    return inspection ?? { waiting: 0, unsettled: 0, delayed: 0, deadLetters: 0 };
  }

  broker(bus: EventBus): Broker {
    const broker = this.#brokers.get(bus);
    if (broker === undefined) throw new Error("the bus is not one of this world");
    return broker;
  }

  channel(options: { readonly durable?: boolean; readonly address?: string } = {}): Channel {
    const name = this.name("channel");
    return defineChannel({ name, address: options.address ?? name, durable: options.durable ?? false });
  }

  /** An event of `{ n, key }`, on a channel of its own unless one is given. */
  item(
    options: { readonly durable?: boolean; readonly keyed?: boolean; readonly channel?: Channel } = {},
  ): EventContract<Item> {
    const name = this.name("Item");
    const channel = options.channel ?? this.channel(options);
    const key = options.keyed === true ? { key: "/key" } : {};
    return defineEvent<Item>({ name, channel, type: name, version: 1, payload: isItem, ...key });
  }

  /** An event of any payload. */
  anything(options: { readonly durable?: boolean } = {}): EventContract<unknown> {
    const name = this.name("Anything");
    return defineEvent<unknown>({
      name,
      channel: this.channel(options),
      type: name,
      version: 1,
      payload: () => undefined,
    });
  }

  command(): CommandContract<Item, number> {
    const name = this.name("Command");
    return defineCommand<Item, number>({
      name,
      channel: this.channel(),
      type: name,
      version: 1,
      payload: isItem,
      reply: isNumber,
    });
  }

  query(): QueryContract<Item, number> {
    const name = this.name("Query");
    return defineQuery<Item, number>({
      name,
      channel: this.channel(),
      type: name,
      version: 1,
      payload: isItem,
      reply: isNumber,
    });
  }

  /** A name that no other case uses. */
  name(what: string): string {
    return `${this.#name}.${what}${++this.#names}`;
  }

  /** Waits for a fact. @throws Error when it does not come true */
  async until(what: string, fact: () => boolean | Promise<boolean>): Promise<void> {
    const deadline = Date.now() + this.#patienceMs;
    while (!(await fact())) {
      if (Date.now() > deadline) throw new Error(`waited in vain: ${what}`);
      await turn();
    }
  }

  /** Lets time pass. */
  async pass(byMs: number): Promise<void> {
    if (this.#under.clock !== undefined) await this.#under.clock.advance(byMs);
    else await new Promise((resolve) => setTimeout(resolve, byMs));
  }

  /** Lets time pass in steps until a fact comes true. @throws Error when it does not */
  async passUntil(what: string, stepMs: number, fact: () => boolean | Promise<boolean>): Promise<void> {
    for (let steps = 0; !(await fact()); steps++) {
      if (steps > 200) throw new Error(`waited in vain: ${what}`);
      await this.pass(stepMs);
    }
  }

  /** The dead letters of a listener, once there are so many. */
  async letters(bus: EventBus, listener: string, count: number): Promise<readonly DeadLetter[]> {
    await this.passUntil(`${count} dead letters of ${listener}`, 10, async () => {
      return (await bus.deadLetters.list(listener)).length >= count;
    });
    return bus.deadLetters.list(listener);
  }

  now(): number {
    return this.#under.clock?.now() ?? Date.now();
  }

  /** Ends what the case started. */
  async close(): Promise<void> {
    let open = true;
    const closed = Promise.all(this.#buses.map((bus) => bus.close({ timeoutMs: 1 }))).finally(() => {
      open = false;
    });
    // Also a close that was called before, with more patience, has to end.
    const deadline = Date.now() + this.#patienceMs;
    while (open) {
      if (Date.now() > deadline) throw new Error("close did not resolve");
      await Promise.race([closed, this.pass(100)]);
    }
    await this.#under.close?.();
    const timers = this.#under.clock?.pending ?? 0;
    if (timers > 0) throw new Error(`${timers} timers were left behind`);
  }
}

/** A turn of the event loop. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

const isNumber: Validator = (value) =>
  typeof value === "number"
    ? undefined
    : { path: "", keyword: "type", expected: "a number", got: typeof value };

const isItem: Validator = (value) => {
  if (typeof value !== "object" || value === null) {
    return { path: "", keyword: "type", expected: "an object", got: typeof value };
  }
  const n: unknown = Reflect.get(value, "n");
  if (typeof n !== "number") return { path: "/n", keyword: "type", expected: "a number", got: typeof n };
  const key: unknown = Reflect.get(value, "key");
  return typeof key === "string"
    ? undefined
    : { path: "/key", keyword: "type", expected: "a string", got: typeof key };
};
