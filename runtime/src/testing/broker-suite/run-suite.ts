import { ackCases } from "./ack-cases.js";
import { lifeCycleCases } from "./life-cycle-cases.js";
import { publishCases } from "./publish-cases.js";
import { publishOptionCases } from "./publish-option-cases.js";
import { retryCases } from "./retry-cases.js";
import { subscribeCases } from "./subscribe-cases.js";
import { subscribeOptionCases } from "./subscribe-option-cases.js";
import { type Hook, hasFeature, type Need, type SuiteCase } from "./suite-case.js";
import { traceCase } from "./trace-case.js";
import { type BrokerUnderTest, type Load, World } from "./world.js";

/** Every promise that a broker is held to. */
export const brokerCases: readonly SuiteCase[] = [
  ...publishCases,
  ...publishOptionCases,
  ...subscribeCases,
  ...subscribeOptionCases,
  ...ackCases,
  ...retryCases,
  ...lifeCycleCases,
  traceCase,
];

/** The part of vitest that the suite needs. */
export interface SuiteRunner {
  (name: string, run: () => Promise<void>): unknown;
  readonly skip: (name: string, run: () => Promise<void>) => unknown;
}

export interface BrokerSuiteOptions {
  /** For the names of the tests, for instance `redis broker`. */
  readonly name: string;
  /** vitest's `test`. */
  readonly test: SuiteRunner;
  /**
   * Makes the server's brokers for one test; its contracts have names that no other test uses. `needs` is what the test
   * needs: with `"link"` the result must have a link to break.
   */
  readonly create: (needs?: Need) => BrokerUnderTest | Promise<BrokerUnderTest>;
  /** A broker whose features say which tests apply; it is not connected. */
  readonly broker: ReturnType<BrokerUnderTest["make"]>;
  /** Whether `create` can give a link that the suite may break. @default false */
  readonly hasLink?: boolean;
  /** Under `stress` each test runs with large volumes, ten times side by side. @default "quick" */
  readonly load?: Load;
  /** How long a single fact may take to come true. @default 5000 */
  readonly patienceMs?: number;
}

/** How often a case runs at the same time under stress. */
const sideBySide = 10;

/**
 * Registers a test for every promise of a broker. One that needs a feature which the broker does not declare is
 * skipped, and its name says so.
 */
export function testBroker(options: BrokerSuiteOptions): void {
  const { name, test, create, broker, hasLink = false, load = "quick", patienceMs = 5000 } = options;
  const times = load === "stress" ? sideBySide : 1;
  const hooks: Hook[] = [];
  if (broker.inspect !== undefined) hooks.push("inspect");
  if (hasLink) hooks.push("link");
  for (const suiteCase of brokerCases) {
    const { id, promise, needs } = suiteCase;
    const title = `${name} ${id}: ${promise}`;
    const runOnce = async (): Promise<void> => runCase(suiteCase, await create(needs), { load, patienceMs });
    const run = (): Promise<void> => allEnded(Array.from({ length: times }, runOnce));
    if (hasFeature(broker.features, needs, hooks)) test(title, run);
    else test.skip(`${title} (needs ${needs})`, run);
  }
}

/**
 * Runs one case on brokers of its own, and cleans up. `patienceMs` is how long a single fact may take to come true.
 *
 * @throws Error that says which promise is broken
 */
export async function runCase(
  suiteCase: SuiteCase,
  under: BrokerUnderTest,
  { load = "quick", patienceMs = 5000 }: { readonly load?: Load; readonly patienceMs?: number } = {},
): Promise<void> {
  const world = new World(under, load, patienceMs);
  let cancel = (): void => {};
  const patience = new Promise<never>((_, reject) => {
    const timer = setTimeout(() => reject(new Error("did not end")), patienceMs * 4);
    cancel = () => clearTimeout(timer);
  });
  try {
    await Promise.race([suiteCase.run(world), patience]);
    await world.close();
  } finally {
    cancel();
    await world.close().catch(() => {});
  }
}

/** Waits for all, so that none goes on beside the next case, and fails with the first that failed. */
async function allEnded(runs: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(runs)) if (result.status === "rejected") throw result.reason;
}
