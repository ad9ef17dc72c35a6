import { waitUntil } from "../helpers/servers/wait-until.js";
import type { Crew } from "./crew.js";
import { faultKinds } from "./faults/faults.js";
import { between, type Random } from "./random.js";
import type { Rules } from "./rules.js";
import type { RunHistory } from "./run-history.js";
import type { Strike } from "./scenario.js";
import type { World } from "./worlds/world.js";

/** Where a strike of the timetable happens. */
export interface Scene {
  readonly world: World;
  readonly crew: Crew;
  readonly history: RunHistory;
  readonly random: Random;
  /** Events are accepted only when a replica has them: a fail-over excuses the loss of no accepted one. */
  readonly keepsAll: boolean;
}

/** Breaks something, lets it last, mends it, and writes all of that into the history. */
export async function execute(
  { fault, forMs: range = [0, 0] }: Strike,
  scene: Scene,
  { recoverMs }: Rules,
): Promise<void> {
  const { world, crew, history, random } = scene;
  const kind = faultKinds[fault];
  const forMs = between(random, range);
  const stage = { world, crew, random, forMs };
  const connectsBefore = connectsTo(world);
  const { outage = false, orderly = false } = kind;
  if (orderly) {
    await kind.strike(stage);
    return;
  }
  const forgets = scene.keepsAll && kind.forgets === "latest" ? "latest not accepted" : kind.forgets;
  history.tell({ kind: "fault", fault, outage, forgets });
  const mend = await kind.strike(stage);
  if (mend !== undefined) {
    await new Promise((resolve) => setTimeout(resolve, forMs));
    history.tell({ kind: "mending", fault, connects: connectsTo(world) - connectsBefore });
    await mend();
  }
  // A server that has lost its queues knows of no listener until that one is back: only then can it promise again.
  if (forgets !== undefined) await reached(recoverMs, () => isWell(crew, history));
  history.tell({ kind: "healed", fault });
}

/** Connections that the processes have made so far, where something is between them and the servers. */
function connectsTo({ proxies }: World): number {
  return proxies.reduce((sum, { counts: { accepted } }) => sum + accepted, 0);
}

/** All processes have started, and say that they are well. */
export function isWell(crew: Crew, history: RunHistory): boolean {
  const journal = history.refresh();
  return crew.members.every(({ name }) => journal.process(name).health.at(-1)?.healthy === true);
}

/** Whether the fact came true in time. What did not is for the checker to judge. */
export async function reached(timeoutMs: number, holds: () => boolean): Promise<boolean> {
  try {
    await waitUntil("a fact of the run holds", timeoutMs, holds);
    return true;
  } catch {
    return false;
  }
}
