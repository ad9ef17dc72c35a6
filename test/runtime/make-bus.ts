import { EventBus, type EventBusOptions, type Failure, LocalBroker, LocalStore } from "@eventwright/runtime";
import { VirtualClock } from "@eventwright/runtime/testing";

export interface TestBus {
  readonly bus: EventBus;
  readonly failures: Failure[];
}

/** A bus on a local broker of its own, with its failures kept instead of logged. */
export function makeBus(options: Partial<EventBusOptions> = {}): TestBus {
  const bus = new EventBus({ source: "test", broker: new LocalBroker(), log: () => {}, ...options });
  const failures: Failure[] = [];
  bus.onError((failure) => void failures.push(failure));
  return { bus, failures };
}

/** As {@link makeBus}, in a time of its own. */
export function makeTimedBus(options: Partial<EventBusOptions> = {}): TestBus & {
  readonly clock: VirtualClock;
  readonly broker: LocalBroker;
} {
  const clock = new VirtualClock();
  const broker = new LocalBroker({ clock });
  return { ...makeBus({ broker, clock, ...options }), clock, broker };
}

/** Buses that reach each other, as processes on one server do. */
export function makeBuses(count: number, options: Partial<EventBusOptions> = {}): readonly TestBus[] {
  const clock = options.clock ?? new VirtualClock();
  const store = new LocalStore(clock);
  return Array.from({ length: count }, () =>
    makeBus({ ...options, clock, broker: new LocalBroker({ store, clock }) }),
  );
}

/** A promise, and the function that resolves it. */
export function signal<Value = void>(): {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value) => void;
} {
  let resolve: (value: Value) => void = () => {};
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
