import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleClient } from "./bundle.js";
import { runScenario } from "./run-scenario.js";
import type { Scenario, Strike } from "./scenario.js";
import { usual } from "./scenarios/usual.js";
import { openWorld } from "./worlds/open-world.js";
import type { World } from "./worlds/world.js";

/** A selection that is quick enough for every day; `npm run test:faults` runs the whole. */
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
});

describe.each(["redis", "amqp"] as const)("fault machine, %s", { timeout: 90_000 }, (kind) => {
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
