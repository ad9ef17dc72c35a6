import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleClient } from "./bundle.js";
import type { Flaw } from "./processes/plan.js";
import { runScenario } from "./run-scenario.js";
import type { Scenario, Strike } from "./scenario.js";
import { openWorld } from "./worlds/open-world.js";
import type { World } from "./worlds/world.js";

const listenerKilled: Strike = { fault: "listener killed", afterEvents: [50, 100] };
const connectionsReset: Strike = { fault: "connections reset", afterEvents: [50, 100] };
const publisherLost: Strike = {
  fault: "publisher killed on a dead link",
  afterEvents: [50, 100],
  forMs: [300, 500],
};

/** Clients of Redis with a flaw, on a server that is broken in the way that shows it. */
const flawed = (flaw: Flaw | undefined, strike: Strike): Scenario => ({
  id: "flawed",
  title: "a client with a flaw",
  brokers: ["redis"],
  publishers: 1,
  load: { perSecond: 200, window: 32, deadlineMs: 4_000, keys: 8 },
  listeners: [{ group: "mail", instances: 1, concurrency: 8, handlerMs: [20, 60] }],
  rounds: 1,
  strikes: [strike],
  // What a flaw loses never comes. What a sound client has comes once it is back: a busy machine may take its time.
  settleTimeoutMs: flaw === undefined ? 30_000 : 4_000,
  ...(flaw === undefined ? {} : { flaw }),
  rules: { recoverMs: 10_000, noticeMs: 10_000, exitMs: 10_000 },
});

describe("fault machine, broken clients", { timeout: 60_000 }, () => {
  let world: World;
  let program: string;

  beforeAll(async () => {
    program = await bundleClient();
    world = await openWorld("redis");
  });

  afterAll(() => world[Symbol.asyncDispose]());

  test.each([listenerKilled, publisherLost, connectionsReset])(
    "a sound client passes: $fault",
    async (strike) => {
      const scenario = flawed(undefined, strike);
      const { breaches } = await runScenario({ scenario, world, seed: 7, program });
      expect(breaches).toEqual([]);
    },
  );

  test.each<[flaw: Flaw, Strike, breaches: string[]]>([
    ["acknowledges early", listenerKilled, ["I1"]],
    ["resolves early", publisherLost, ["I1"]],
    ["forgets to resubscribe", connectionsReset, ["I1", "I10"]],
  ])("a client that %s is caught", async (flaw, strike, breaches) => {
    const scenario = flawed(flaw, strike);
    const verdict = await runScenario({ scenario, world, seed: 7, program });
    const found = verdict.breaches.map(({ invariant }) => invariant);
    expect(found).toEqual(expect.arrayContaining(breaches));
  });
});
