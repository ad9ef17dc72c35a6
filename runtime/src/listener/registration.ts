import type { AnyContract, AnyEventContract } from "../contract/contract.js";
import { isContract } from "../contract/is-contract.js";
import type { HandlerContext, InboxStore, ListenerOptions } from "../contract/listener.js";
import type { Envelope } from "../envelope.js";
import { BusError } from "../errors.js";
import type { EventContracts } from "../event-types.js";
import { type RetryPolicy, resolveRetryPolicy } from "./retry.js";

/** A handler of one contract, bound to its object. */
export interface BoundHandler {
  readonly contract: AnyContract;
  readonly handle: LooseHandler;
  /** Whether it declares an event and no context: it may then share one with others. */
  readonly contextless: boolean;
  /** Makes the payload that the handler takes out of an older contract's. */
  readonly convert?: (payload: unknown) => unknown;
}

/** What handlers look like without their types: a method's parameters may be narrower than those it is called with. */
export type LooseHandler = { handle(payload: unknown, context: HandlerContext<unknown>): unknown }["handle"];

/** A listener or request handler as the bus sees it, whatever it was made from. */
export interface Registration {
  /** The object or function that it was made from. */
  readonly owner: unknown;
  readonly name: string | undefined;
  /** Whether the user chose the name. */
  readonly named: boolean;
  readonly kind: "event" | "command" | "query";
  readonly handlers: readonly BoundHandler[];
  readonly options: ListenerOptions;
  /** Told when no further event will come. */
  readonly onEnd?: (() => void) | undefined;
}

/** What can be given to `listen`, seen without its types. */
export interface ListenerLike {
  readonly contract?: AnyContract;
  readonly contracts?: { readonly [method: string]: AnyEventContract };
  readonly options?: ListenerOptions;
  readonly handle?: unknown;
}

/** From what was given to `listen` or `subscribe`. @throws BusError `LISTENER_INVALID` */
export function toRegistration(
  first: ListenerLike | EventContracts,
  handle: LooseHandler | undefined,
  options: ListenerOptions | undefined,
): Registration {
  if (!isContracts(first)) return registerListener(first);
  if (handle === undefined) throw new BusError("LISTENER_INVALID", "cannot listen: expected a function");
  return registerFunction(isList(first) ? first : [first], handle, options);
}

export function isList(value: ListenerLike | EventContracts): value is readonly AnyEventContract[] {
  return Array.isArray(value);
}

/** Contracts, and not a listener: what is no contract is refused when it is registered. */
export function isContracts(value: ListenerLike | EventContracts): value is EventContracts {
  return isList(value) || (isContract(value) && value.kind === "event");
}

function registerListener(listener: ListenerLike): Registration {
  const handlers = typeof listener === "object" && listener !== null ? handlersOf(listener) : [];
  const [first] = handlers;
  if (first === undefined) {
    const got = typeof listener === "function" ? ", got a function or class; pass an instance of it" : "";
    throw new BusError(
      "LISTENER_INVALID",
      `cannot listen: expected a listener with a contract and a handle method${got}`,
    );
  }
  return makeRegistration(listener, nameOf(listener), first.contract.kind, handlers, listener.options ?? {});
}

/** @throws BusError `LISTENER_INVALID` */
export function registerFunction(
  contracts: readonly AnyContract[],
  handle: LooseHandler,
  options: ListenerOptions = {},
): Registration {
  const [first] = contracts;
  if (first === undefined || typeof handle !== "function") {
    throw new BusError("LISTENER_INVALID", "cannot listen: expected one contract or more, and a function");
  }
  const handlers = contracts.map((contract) => ({ contract, handle, contextless: handle.length === 1 }));
  return makeRegistration(handle, handle.name || undefined, first.kind, handlers, options);
}

function makeRegistration(
  owner: unknown,
  ownName: string | undefined,
  kind: Registration["kind"],
  handlers: readonly BoundHandler[],
  options: ListenerOptions,
): Registration {
  const name = options.name ?? ownName;
  return { owner, name, named: options.name !== undefined, kind, handlers, options };
}

function handlersOf(listener: ListenerLike): readonly BoundHandler[] {
  const { contract, contracts } = listener;
  if (contract !== undefined) {
    return hasHandle(listener)
      ? [
          {
            contract,
            handle: (payload, context) => listener.handle(payload, context),
            contextless: listener.handle.length === 1,
          },
        ]
      : [];
  }
  return Object.entries(contracts ?? {})
    .filter(([method]) => typeof Reflect.get(listener, method) === "function")
    .map(([method, event]) => ({
      contract: event,
      handle: bind(listener, method),
      contextless: Reflect.get(listener, method).length === 1,
    }));
}

function hasHandle(listener: ListenerLike): listener is ListenerLike & { readonly handle: LooseHandler } {
  return typeof listener.handle === "function";
}

/** The method is looked up at each call, so that a spy put on it later is seen. */
function bind(listener: ListenerLike, method: string): LooseHandler {
  return (payload, context) => Reflect.get(listener, method).call(listener, payload, context);
}

/** The name of a listener's class; none for object literals. */
function nameOf(listener: object): string | undefined {
  const name: unknown = Object.getPrototypeOf(listener)?.constructor?.name;
  return typeof name === "string" && name !== "" && name !== "Object" ? name : undefined;
}

/** A registration with all defaults filled in. */
export interface ResolvedListener {
  readonly name: string;
  readonly kind: Registration["kind"];
  readonly durable: boolean;
  readonly scope: "group" | "broadcast";
  readonly exclusive: boolean;
  readonly from: "now" | "start";
  readonly where: ((payload: unknown, envelope: Envelope) => boolean) | undefined;
  readonly parameters: unknown;
  readonly address: string | undefined;
  readonly concurrency: number;
  readonly timeoutMs: number | undefined;
  /** Absent: a failure is reported, and the event is gone. */
  readonly retry: RetryPolicy | undefined;
  readonly inbox: InboxStore | undefined;
  readonly expired: "drop" | "deadLetter";
  readonly background: boolean;
  readonly handlers: ReadonlyMap<AnyContract, BoundHandler>;
  /** Whether it asks for nothing but events of channels that are not durable, as they come. */
  readonly plain: boolean;
  /** Whether a contract has a key, so that equal keys must not be handled side by side. */
  readonly keyed: boolean;
}

/** How many events of a durable channel a listener handles at once. */
const durableConcurrency = 16;

export function resolveListener(registration: Registration, name: string): ResolvedListener {
  const { options, handlers, kind } = registration;
  const durable = handlers.some(({ contract }) => contract.channel.durable);
  const { scope = "group", exclusive = false, from = "now", expired = "drop" } = options;
  const retry = resolvePolicy(registration, durable);
  return {
    name,
    kind,
    durable,
    scope,
    exclusive,
    from,
    plain:
      kind === "event" &&
      !durable &&
      scope === "group" &&
      !exclusive &&
      from === "now" &&
      expired === "drop" &&
      retry === undefined,
    where: options.where?.bind(options),
    parameters: options.parameters,
    address: options.address,
    concurrency: options.concurrency ?? (durable ? durableConcurrency : Number.POSITIVE_INFINITY),
    timeoutMs: options.timeoutMs,
    retry,
    inbox: options.inbox,
    expired,
    background: options.background ?? false,
    handlers: new Map(
      [...handlers, ...upcastHandlers(registration)].map((handler) => [handler.contract, handler]),
    ),
    keyed: handlers.some(({ contract }) => contract.keyPointer !== undefined),
  };
}

/** All contracts whose events a listener takes, those of its upcasts among them. */
export function contractsOf({ handlers, options }: Registration): readonly AnyContract[] {
  const older = (options.upcasts ?? []).map(({ from }) => from);
  return [...handlers.map(({ contract }) => contract), ...older];
}

/** An older contract's events go to the handler of the newer, converted and checked. */
function upcastHandlers({ handlers, options }: Registration): readonly BoundHandler[] {
  return (options.upcasts ?? []).map((older) => {
    const newer = handlers.find(({ contract }) => contract === older.to);
    if (newer === undefined) {
      throw new BusError(
        "LISTENER_INVALID",
        `cannot listen to ${older.from.name}: its upcast makes an event not listened to`,
      );
    }
    const convert = (payload: unknown): unknown => {
      const converted = older.convert(payload);
      assertFits(newer.contract, converted);
      return converted;
    };
    return { ...newer, contract: older.from, convert };
  });
}

function assertFits(contract: AnyContract, payload: unknown): void {
  contract.assert(payload);
}

/** Requests are tried once unless the user says otherwise: their caller is waiting. */
function resolvePolicy({ options, kind, handlers }: Registration, durable: boolean): RetryPolicy | undefined {
  if (
    options.retry?.order === "stopKey" &&
    handlers.some(({ contract }) => contract.keyPointer === undefined)
  ) {
    throw new BusError("LISTENER_INVALID", 'cannot listen: expected contracts with keys for order "stopKey"');
  }
  if (options.retry !== undefined) return resolveRetryPolicy(options.retry);
  return durable && kind === "event" ? resolveRetryPolicy({}) : undefined;
}
