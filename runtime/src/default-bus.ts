import { AsyncLocalStorage } from "node:async_hooks";
import { BusError } from "./errors.js";
import type { EventBus } from "./event-bus.js";

const overrides = new AsyncLocalStorage<EventBus>();
let processBus: EventBus | undefined;

/** The bus of this async context, or of the process. @throws BusError `BUS_NOT_SET` */
export function getDefaultBus(): EventBus {
  const bus = overrides.getStore() ?? processBus;
  if (bus === undefined) throw new BusError("BUS_NOT_SET", "no default bus: call setDefaultBus first");
  return bus;
}

/** The only state of the process that the runtime has. `undefined` takes it back. Closes neither bus. */
export function setDefaultBus(bus: EventBus | undefined): void {
  processBus = bus;
}

/** Makes `bus` the default within `work` and whatever it starts. Nests; closes no bus. */
export function withBus<Result>(bus: EventBus, work: () => Result): Result {
  return overrides.run(bus, work);
}
