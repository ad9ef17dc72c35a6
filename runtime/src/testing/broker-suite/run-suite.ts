import { ackCases } from "./ack-cases.js";
import { lifeCycleCases } from "./life-cycle-cases.js";
import { publishCases } from "./publish-cases.js";
import { publishOptionCases } from "./publish-option-cases.js";
import { retryCases } from "./retry-cases.js";
import { subscribeCases } from "./subscribe-cases.js";
import { subscribeOptionCases } from "./subscribe-option-cases.js";
import { hasFeature, type SuiteCase } from "./suite-case.js";
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
  /** Makes the server's brokers for one test; its contracts have names that no other test uses. */
  readonly create: () => BrokerUnderTest | Promise<BrokerUnderTest>;
  /** A broker whose features say which tests apply; it is not connected. */
  readonly broker: ReturnType<BrokerUnderTest["make"]>;
  /** @default "quick" */
  readonly load?: Load;
}

/**
 * Registers a test for every promise of a broker. One that needs a feature which the broker does not declare is
 * skipped, and its name says so.
 */
export function testBroker({ name, test, create, broker, load = "quick" }: BrokerSuiteOptions): void {
  for (const suiteCase of brokerCases) {
    const { id, promise, needs } = suiteCase;
    const title = `${name} ${id}: ${promise}`;
    const run = async (): Promise<void> => runCase(suiteCase, await create(), { load });
    if (hasFeature(broker.features, needs, broker.inspect !== undefined)) test(title, run);
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
