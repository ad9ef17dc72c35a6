import { LocalBroker } from "../../broker/local/local-broker.js";
import type { EventContract } from "../../contract/contract.js";
import type { HandlerResult } from "../../contract/listener.js";
import { EventBus } from "../../event-bus.js";
import { deadLetter, drop, retry } from "../../listener/results.js";
import { VirtualClock } from "../virtual-clock.js";
import { assertEqual } from "./assertions.js";
import { numbers } from "./publish-cases.js";
import type { SuiteCase } from "./suite-case.js";
import type { Item, World } from "./world.js";

const count = 60;

/** Numbers from 0 to 6 that look like chance and are the same in each run. */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor(state / 65_536) % 7;
  };
}

/** What a listener saw: events in the order of their first attempts, and for each all attempts. */
interface Seen {
  readonly first: number[];
  readonly attempts: Record<number, number[]>;
}

/** Publishes to listeners that succeed, fail, ask for retries, drops and dead letters; gives all that they saw. */
async function traceOf(
  bus: EventBus,
  contract: EventContract<Item>,
  until: (fact: () => Promise<boolean>) => Promise<void>,
): Promise<unknown> {
  const chance = chances(42);
  const fates = numbers(count).map(() => chance());
  const seen: Record<string, Seen> = {};
  const listen = (
    name: string,
    handle: (fate: number, attempt: number) => HandlerResult | undefined,
  ): void => {
    const mine: Seen = { first: [], attempts: {} };
    seen[name] = mine;
    bus.listen(
      contract,
      ({ n }, { attempt }) => {
        if (attempt === 1) mine.first.push(n);
        mine.attempts[n] = [...(mine.attempts[n] ?? []), attempt];
        return handle(fates[n] ?? 0, attempt);
      },
      { name, concurrency: 1, retry: { immediate: 2, delayed: 1, delayMs: 20, jitter: 0 } },
    );
  };
  listen("takes all", () => undefined);
  listen("fails at times", (fate, attempt) => {
    if (attempt <= fate) throw new Error(`fails ${fate} times`);
    return undefined;
  });
  listen("asks at times", (fate, attempt) => {
    if (fate === 1) return drop("not needed");
    if (fate === 2) return deadLetter("by hand");
    return fate === 3 && attempt < 3 ? retry({ afterMs: 20 }) : undefined;
  });
  await bus.start();
  for (const n of numbers(count)) await bus.publish(contract, { n, key: `k${n % 3}` });
  const expected = {
    "takes all": count,
    "fails at times": fates.reduce((total, fate) => total + Math.min(fate + 1, 4), 0),
    "asks at times": fates.reduce((total, fate) => total + (fate === 3 ? 3 : 1), 0),
  };
  const lettersOf = async (name: string): Promise<readonly unknown[]> => {
    const letters = await bus.deadLetters.list(name);
    return letters
      .map(({ reason, attempts, message }) => [contract.deserialize(message.body).n, reason, attempts])
      .toSorted(([left], [right]) => Number(left) - Number(right));
  };
  const wanted = fates.filter((fate) => fate > 3).length + fates.filter((fate) => fate === 2).length;
  await until(async () => {
    const all = Object.entries(expected).every(([name, calls]) => {
      return Object.values(seen[name]?.attempts ?? {}).flat().length >= calls;
    });
    if (!all) return false;
    const letters = await Promise.all(Object.keys(expected).map(lettersOf));
    return letters.flat().length >= wanted;
  });
  await bus.idle();
  const letters: Record<string, unknown> = {};
  for (const name of Object.keys(seen)) letters[name] = await lettersOf(name);
  await bus.close();
  return { seen, letters };
}

/** The same program on the broker under test and on the local one. */
export const traceCase: SuiteCase = {
  id: "L24",
  promise: "a program does on this broker what it does on the local one",
  needs: "deadLetter",
  async run(world: World) {
    const clock = new VirtualClock();
    const local = new EventBus({ source: "suite", broker: new LocalBroker({ clock }), clock, log: () => {} });
    const wanted = await traceOf(local, world.item({ durable: true }), async (fact) => {
      while (!(await fact())) await clock.advance(10);
    });
    const contract = world.item({ durable: true });
    const got = await traceOf(world.bus(), contract, (fact) =>
      world.passUntil("the program has ended", 20, fact),
    );
    assertEqual(got, wanted, "what the program did");
  },
};
