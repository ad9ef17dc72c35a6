import { within as inTime } from "../../helpers/servers/wait-until.js";
import { OneServerWorld } from "../worlds/world.js";
import { type FaultKinds, type Mend, only, pick, replace, type Stage, within } from "./fault-kind.js";

/** What becomes of publishers, listeners and handlers. */
export const crewFaults = {
  "listener killed": {
    strike: only(({ crew, random }) => replace(crew, pick(crew.listeners, random))),
  },
  "publisher killed": {
    strike: only(({ crew, random }) => replace(crew, pick(crew.publishers, random))),
  },
  "publisher killed on a dead link": {
    outage: true,
    strike: within(OneServerWorld, ({ world: { proxy }, crew, random }) => {
      proxy.hold();
      return async () => {
        replace(crew, pick(crew.publishers, random));
        proxy.reset(); // what was on its way is lost
        await proxy.heal();
      };
    }),
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
    strike: async (stage) => {
      const { server } = stage.world;
      await stage.world.prepare();
      await server.kill();
      return await closeMeanwhile(stage, () => server.start());
    },
  },
  "closed on dead links": {
    outage: true,
    strike: within(OneServerWorld, async (stage) => {
      const { proxy } = stage.world;
      proxy.hold();
      return await closeMeanwhile(stage, () => proxy.heal());
    }),
  },
  "closed while the server is full": {
    strike: within(OneServerWorld, async (stage) => {
      const { world } = stage;
      await world.fill(true);
      return await closeMeanwhile(stage, () => world.fill(false));
    }),
  },
  "started in an outage": {
    outage: true,
    strike: async ({ world, crew, random }) => {
      const model = pick(crew.listeners, random);
      await world.prepare();
      await world.server.kill();
      replace(crew, model);
      return () => world.server.start();
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
      const failAll = (fails: boolean): void => {
        for (const member of crew.listeners) crew.tell(member, { kind: "failAll", fails });
      };
      failAll(true);
      return () => failAll(false);
    },
  },
} satisfies FaultKinds;

/** Closes a listener and a publisher during a fault; others take their places when it is mended. */
async function closeMeanwhile({ crew, random, forMs }: Stage, mend: Mend): Promise<Mend> {
  const leaving = [pick(crew.listeners, random), pick(crew.publishers, random)].flatMap(
    (member) => member ?? [],
  );
  await inTime(forMs, Promise.all(leaving.map((member) => crew.close(member))));
  return async () => {
    await mend();
    // How long a process takes until it runs says nothing of how soon its bus goes on.
    await Promise.all(leaving.map(({ role }) => crew.started(crew.hire(role))));
  };
}
