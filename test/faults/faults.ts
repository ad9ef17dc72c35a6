import { within } from "../helpers/servers/wait-until.js";
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

/** Ends a fault; resolves when the server answers again. */
export type Mend = () => void | Promise<void>;

export interface FaultKind {
  /** Nothing can pass until it is mended. */
  readonly outage?: true;
  /** The server loses what it holds. */
  readonly forgets?: true;
  /** No fault at all, but what operators do every day: it excuses nothing. */
  readonly orderly?: true;
  /** Gives what ends it, unless it is over when it has struck. */
  strike(stage: Stage): undefined | Mend | Promise<undefined | Mend>;
}

/** All that the machine can break, by name. */
export const faultKinds = {
  "server killed": {
    outage: true,
    strike: async ({ world: { server } }) => {
      await server.kill();
      return () => server.start();
    },
  },
  "server stopped": {
    outage: true,
    strike: async ({ world: { server } }) => {
      await server.stop();
      return () => server.start();
    },
  },
  "server paused": {
    outage: true,
    strike: ({ world: { server } }) => {
      server.pause();
      return () => server.resume();
    },
  },
  "server wiped": { forgets: true, strike: only(({ world }) => world.server.wipe()) },
  "queue lost": { forgets: true, strike: only(({ world }) => world.loseQueues()) },
  "server full": {
    strike: async ({ world }) => {
      await world.fill(true);
      return () => world.fill(false);
    },
  },
  "connections reset": { strike: only(({ world }) => world.proxy.reset()) },
  "connections cut": { strike: only(({ world }) => world.proxy.cut()) },
  "one connection ended": { strike: only(({ world }) => world.endOneConnection()) },
  "links half-open": { outage: true, strike: onLinks(({ proxy }) => proxy.hold()) },
  "answers lost": { outage: true, strike: onLinks(({ proxy }) => proxy.lose("toClient")) },
  "handshake never ends": {
    outage: true,
    strike: onLinks(({ proxy }) => {
      proxy.reset();
      proxy.hold();
    }),
  },
  "links slow": { strike: onLinks(({ proxy }) => proxy.delay(200)) },
  "links thin": { strike: onLinks(({ proxy }) => proxy.throttle(10_000)) },
  "listener killed": {
    strike: only(({ crew, random }) => replace(crew, pick(crew.listeners, random))),
  },
  "publisher killed": {
    strike: only(({ crew, random }) => replace(crew, pick(crew.publishers, random))),
  },
  "publisher killed on a dead link": {
    outage: true,
    strike: ({ world: { proxy }, crew, random }) => {
      proxy.hold();
      return async () => {
        replace(crew, pick(crew.publishers, random));
        proxy.reset(); // what was on its way is lost
        await proxy.heal();
      };
    },
  },
  "listener replaced": {
    orderly: true,
    strike: only(async ({ crew, random }) => {
      const leaving = pick(crew.listeners, random);
      if (leaving === undefined) return;
      await crew.started(crew.hire(leaving.role));
      await crew.close(leaving);
    }),
  },
  "closed in an outage": {
    outage: true,
    strike: async ({ world: { server }, crew, random, forMs }) => {
      const leaving = [pick(crew.listeners, random), pick(crew.publishers, random)].flatMap(
        (member) => member ?? [],
      );
      await server.kill();
      await within(forMs, Promise.all(leaving.map((member) => crew.close(member))));
      return async () => {
        await server.start();
        for (const { role } of leaving) crew.hire(role);
      };
    },
  },
  "started in an outage": {
    outage: true,
    strike: async ({ world: { server }, crew, random }) => {
      const model = pick(crew.listeners, random);
      await server.kill();
      if (model !== undefined) replace(crew, model);
      return () => server.start();
    },
  },
  "event loop blocked": {
    strike: ({ crew, random, forMs }) => {
      const member = pick(crew.listeners, random);
      if (member !== undefined) crew.tell(member, { kind: "block", forMs });
      return () => {};
    },
  },
  "all handlers fail": {
    strike: ({ crew }) => {
      failAll(crew, true);
      return () => failAll(crew, false);
    },
  },
} satisfies { readonly [name: string]: FaultKind };

export type FaultName = keyof typeof faultKinds;

/** A fault that is over when it has struck. */
function only(strike: (stage: Stage) => void | Promise<void>): FaultKind["strike"] {
  return async (stage) => {
    await strike(stage);
    return undefined;
  };
}

/** A fault of the proxy, until it heals. */
function onLinks(strike: (world: World) => void): FaultKind["strike"] {
  return ({ world }) => {
    strike(world);
    return () => world.proxy.heal();
  };
}

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
