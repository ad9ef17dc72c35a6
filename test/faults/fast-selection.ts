import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleClient } from "./bundle.js";
import type { BrokerKind } from "./processes/plan.js";
import { runScenario } from "./run-scenario.js";
import type { Scenario, Strike } from "./scenario.js";
import { usual } from "./scenarios/usual.js";
import { openWorld } from "./worlds/open-world.js";
import type { World } from "./worlds/world.js";

const strikes: readonly Strike[] = [
  { fault: "server killed", afterEvents: [50, 200], forMs: [100, 500] },
  { fault: "connections reset", afterEvents: [50, 200] },
  { fault: "one connection ended", afterEvents: [20, 50] },
  { fault: "listener killed", afterEvents: [20, 50] },
  { fault: "publisher killed", afterEvents: [20, 50] },
  { fault: "server wiped", afterEvents: [50, 100] },
];

const scenario = (strike: Strike): Scenario => ({
  ...usual,
  id: "fast",
  title: strike.fault,
  rounds: 1,
  strikes: [strike],
  // Other tests run beside these.
  rules: { recoverMs: 30_000, noticeMs: 15_000, exitMs: 15_000 },
});

/** A selection that is quick enough for every day; `npm run test:faults` runs the whole. */
export function describeFastSelection(kind: BrokerKind): void {
  describe(`fault machine, ${kind}`, { timeout: 180_000 }, () => {
    let world: World;
    let program: string;

    beforeAll(async () => {
      program = await bundleClient();
      world = await openWorld(kind);
    }, 300_000);

    afterAll(() => world?.[Symbol.asyncDispose]());

    test.each(strikes)("loses nothing, and goes on: $fault", async (strike) => {
      const { breaches, counts } = await runScenario({ scenario: scenario(strike), world, seed: 1, program });
      expect(breaches).toEqual([]);
      expect(counts).toMatchObject({ lost: 0, fromNowhere: 0 });
      expect(counts.accepted).toBeGreaterThan(70);
    });
  });
}
