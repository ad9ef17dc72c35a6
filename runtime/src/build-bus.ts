import type { BusParts } from "./bus-parts.js";
import { ErrorHooks } from "./error-hooks.js";
import { RequestError } from "./errors.js";
import { Lifecycle, type LifecycleParts } from "./lifecycle.js";
import type { Gateway } from "./listener/handler-run.js";
import { ListenerSet } from "./listener/listener-set.js";
import type { RunnerHost } from "./listener/runner-host.js";
import { Observers } from "./observers.js";
import { type EventBusOptions, resolveEventBusOptions } from "./options.js";
import { Outlet } from "./publish/outlet.js";
import { Publisher } from "./publish/publisher.js";
import { ContractRegistry } from "./registry.js";
import { Routes } from "./routes.js";

export interface BuiltBus {
  readonly parts: LifecycleParts;
  readonly lifecycle: Lifecycle;
  readonly outlet: Outlet;
}

/**
 * The parts of a bus, each made after those that it needs; what it has to tell those made later goes through functions.
 *
 * @throws BusError `BUS_OPTIONS_INVALID`
 */
export function buildBus(options: EventBusOptions): BuiltBus {
  const resolved = resolveEventBusOptions(options);
  const gateway: Gateway = {
    prepare: (...args) => publisher.prepare(...args),
    send: (message) => outlet.send(message),
    request: (contract, ...args) => {
      if (contract?.exchange === undefined) return Promise.reject(noRequest(contract?.name));
      parts.requests ??= contract.exchange.open(shared, publisher);
      return parts.requests.request(contract, ...args);
    },
  };
  const shared: BusParts = {
    gateway,
    options: resolved,
    registry: new ContractRegistry(options.contracts),
    routes: new Routes(resolved.broker, resolved.routes),
    hooks: new ErrorHooks(resolved.log),
    loaded: {},
    onQuiet: () => lifecycle.onQuiet(),
  };
  const publisher = new Publisher(shared);
  const host: RunnerHost = {
    ...shared,
    reply: (to, kind, result) =>
      listeners.brokerOf(to.subscription)?.reply(to.contract.exchange.answer(to, kind, result, resolved)),
  };
  const listeners = new ListenerSet(host);
  const parts: LifecycleParts = { ...shared, publisher, listeners, observers: new Observers(shared.hooks) };
  const lifecycle = new Lifecycle(parts);
  const outlet = new Outlet(parts, lifecycle);
  return { parts, lifecycle, outlet };
}

function noRequest(name = "request"): RequestError {
  return new RequestError("REQUEST_REFUSED", `cannot send ${name}: expected a command or query`);
}
