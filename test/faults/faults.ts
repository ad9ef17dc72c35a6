import type { Crew, Member } from "./crew.js";
import type { Random } from "./random.js";
import type { World } from "./world.js";

/** What a fault strikes. */
export interface Stage {
  readonly world: World;
  readonly crew: Crew;
  readonly random: Random;
  /** How long the fault lasts, for those that have to know. */
  readonly forMs: number;
}

export interface FaultKind {
  /** Nothing can pass until it is mended. */
  readonly outage?: true;
  /** The server loses its data. */
  readonly forgets?: true;
  strike(stage: Stage): void | Promise<void>;
  /** Resolves when the server answers again. Absent: the fault is over when it has struck. */
  mend?(stage: Stage): void | Promise<void>;
}

/** All that the machine can break, by name. */
export const faultKinds = {
  "server killed": {
    outage: true,
    strike: ({ world }) => world.server.kill(),
    mend: ({ world }) => world.server.start(),
  },
  "server stopped": {
    outage: true,
    strike: ({ world }) => world.server.stop(),
    mend: ({ world }) => world.server.start(),
  },
  "server wiped": { forgets: true, strike: ({ world }) => world.server.wipe() },
  "server paused": {
    outage: true,
    strike: ({ world }) => world.server.pause(),
    mend: ({ world }) => world.server.resume(),
  },
  "connections reset": { strike: ({ world }) => world.proxy.reset() },
  "connections cut": { strike: ({ world }) => world.proxy.cut() },
  "links half-open": {
    outage: true,
    strike: ({ world }) => world.proxy.hold(),
    mend: ({ world }) => world.proxy.heal(),
  },
  "link slow": {
    strike: ({ world }) => world.proxy.delay(200),
    mend: ({ world }) => world.proxy.heal(),
  },
  "link thin": {
    strike: ({ world }) => world.proxy.throttle(10_000),
    mend: ({ world }) => world.proxy.heal(),
  },
  "one connection ended": { strike: ({ world }) => world.endOneConnection() },
  "listener killed": { strike: ({ crew, random }) => replace(crew, pick(crew.listeners, random)) },
  "publisher killed": { strike: ({ crew, random }) => replace(crew, pick(crew.publishers, random)) },
  "publisher killed on a dead link": {
    outage: true,
    strike: ({ world }) => world.proxy.hold(),
    mend: async ({ world, crew, random }) => {
      replace(crew, pick(crew.publishers, random));
      world.proxy.reset(); // what was on its way is lost
      await world.proxy.heal();
    },
  },
  "event loop blocked": {
    strike: ({ crew, random, forMs }) => {
      const member = pick(crew.listeners, random);
      if (member !== undefined) crew.tell(member, { kind: "block", forMs });
    },
    mend: () => {},
  },
  "all handlers fail": {
    strike: ({ crew }) => failAll(crew, true),
    mend: ({ crew }) => failAll(crew, false),
  },
} satisfies { readonly [name: string]: FaultKind };

export type FaultName = keyof typeof faultKinds;

function pick(members: readonly Member[], random: Random): Member | undefined {
  return members[Math.floor(random() * members.length)];
}

function replace(crew: Crew, member: Member | undefined): void {
  if (member === undefined) return;
  crew.kill(member);
  crew.hire(member.role);
}

function failAll(crew: Crew, fails: boolean): void {
  for (const member of crew.listeners) crew.tell(member, { kind: "failAll", fails });
}
