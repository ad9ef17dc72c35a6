import type { Crew, Member } from "../crew.js";
import type { Random } from "../random.js";
import type { World } from "../worlds/world.js";

/** What a fault strikes. */
export interface Stage<Where extends World = World> {
  readonly world: Where;
  readonly crew: Crew;
  readonly random: Random;
  /** How long the fault lasts, for those that have to know. */
  readonly forMs: number;
}

/** Ends a fault; resolves when the server answers again. */
export type Mend = () => void | Promise<void>;

export interface FaultKind {
  /** Nothing can pass until it is mended. */
  readonly outage?: true;
  /** The server loses all that it holds; or, at a fail-over, what the new primary has not heard of yet. */
  readonly forgets?: "all" | "latest";
  /** No fault at all, but what operators do every day: it excuses nothing. */
  readonly orderly?: true;
  /** Gives what ends it, unless it is over when it has struck. */
  strike(stage: Stage): undefined | Mend | Promise<undefined | Mend>;
}

/** Faults by name. */
export interface FaultKinds {
  readonly [name: string]: FaultKind;
}

type Strike<Where extends World> = (stage: Stage<Where>) => ReturnType<FaultKind["strike"]>;

/** A fault that is over when it has struck. */
export function only<Where extends World>(
  strike: (stage: Stage<Where>) => unknown,
): (stage: Stage<Where>) => Promise<undefined> {
  return async (stage) => {
    await strike(stage);
    return undefined;
  };
}

/** A fault that only the worlds of one class know. */
export function within<Where extends World>(
  type: abstract new (...parts: never) => Where,
  strike: Strike<Where>,
): FaultKind["strike"] {
  return (stage) => {
    const { world } = stage;
    if (!(world instanceof type)) throw new Error(`cannot strike: expected a ${type.name}`);
    return strike({ ...stage, world });
  };
}

export function pick(members: readonly Member[], random: Random): Member | undefined {
  return members[Math.floor(random() * members.length)];
}

/** Kills a process and starts another in its place. */
export function replace(crew: Crew, member: Member | undefined): void {
  if (member === undefined) return;
  crew.kill(member);
  crew.hire(member.role);
}
