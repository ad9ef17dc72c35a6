import type { Broker } from "./broker/broker.js";
import { type Clock, systemClock } from "./clock.js";
import type { AnyContract } from "./contract/contract.js";
import { BusError } from "./errors.js";
import { aboveZero, anything, type Rules, readOptions, rule, zeroOrMore } from "./given-options.js";
import type { Middleware } from "./pipeline/middleware.js";
import type { Serializer } from "./serializer/serializer.js";

export interface EventBusOptions {
  /** CloudEvents `source`: who publishes, for instance `shop/checkout`. */
  readonly source: string;
  /** Carries all channels that `routes` does not name. */
  readonly broker: Broker;
  /** By channel name: the broker, or several that each get every event. */
  readonly routes?: { readonly [channel: string]: Broker | readonly Broker[] };
  /** The only contracts to be sent and received. @default each one that is used */
  readonly contracts?: readonly AnyContract[];
  /** Refuse to start while one of `contracts` has neither listener nor handler. @default false */
  readonly strict?: boolean;
  /** First is outermost. */
  readonly middleware?: readonly Middleware[];
  /** @default JSON */
  readonly serializer?: Serializer;
  /** Check payloads when publishing and receiving. @default true */
  readonly validate?: boolean;
  /** For publishes, commands and queries that set none. @default 30 000 */
  readonly timeoutMs?: number;
  /** Publishes that the brokers have not accepted yet, at most; further ones wait. @default 256 */
  readonly windowEvents?: number;
  /** Their bytes at most, or units of text where the broker puts it into bytes. @default 16 MiB */
  readonly windowBytes?: number;
  /** How long `close` waits for running handlers. @default 10 000 */
  readonly closeTimeoutMs?: number;
  /** Name of this process in dead letters and broadcast queues. @default random */
  readonly instance?: string;
  /** Gets one line for each failure that no error hook takes. @default console.error */
  readonly log?: (line: string) => void;
  /** @default the system's */
  readonly clock?: Clock;
}

type Absent = "contracts" | "serializer";

export type ResolvedOptions = Required<Omit<EventBusOptions, Absent>> & Pick<EventBusOptions, Absent>;

const rules: Rules<EventBusOptions> = {
  source: rule("text without spaces", (value) => typeof value === "string" && /^[^\s\p{C}]+$/u.test(value)),
  broker: rule("a broker", isBroker),
  routes: anything,
  contracts: anything,
  strict: anything,
  middleware: anything,
  serializer: anything,
  validate: anything,
  timeoutMs: aboveZero,
  windowEvents: aboveZero,
  windowBytes: aboveZero,
  closeTimeoutMs: zeroOrMore,
  instance: anything,
  log: anything,
  clock: anything,
};

function isBroker(value: unknown): boolean {
  return typeof value === "object" && value !== null && "publish" in value;
}

/** @throws BusError `BUS_OPTIONS_INVALID` that names all problems */
export function resolveEventBusOptions(options: EventBusOptions): ResolvedOptions {
  const { given, problems } = readOptions(options, rules, ["source", "broker"]);
  if (problems.length > 0)
    throw new BusError("BUS_OPTIONS_INVALID", `cannot make a bus: ${problems.join("; ")}`);
  return {
    routes: {},
    strict: false,
    middleware: [],
    validate: true,
    timeoutMs: 30_000,
    windowEvents: 256,
    windowBytes: 16_777_216,
    closeTimeoutMs: 10_000,
    instance: crypto.randomUUID().slice(0, 8),
    // biome-ignore lint/suspicious/noConsole: the default place for the one line; `log` replaces it
    log: (line) => console.error(line),
    clock: systemClock,
    ...given,
  };
}
