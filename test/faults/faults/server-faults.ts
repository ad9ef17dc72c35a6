import { AmqpWorld } from "../worlds/amqp-world.js";
import { RedisWorld } from "../worlds/redis-world.js";
import { OneServerWorld } from "../worlds/world.js";
import { type FaultKinds, only, pick, replace, within } from "./fault-kind.js";

/** What becomes of one server, and what its operator does to it. */
export const serverFaults = {
  "server killed": {
    outage: true,
    strike: async ({ world }) => {
      await world.prepare();
      await world.server.kill();
      return () => world.server.start();
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
  "server wiped": { forgets: "all", strike: only(({ world }) => world.server.wipe()) },
  "server full": {
    strike: within(OneServerWorld, async ({ world }) => {
      await world.fill(true);
      return () => world.fill(false);
    }),
  },
  "disk stalled": {
    strike: within(OneServerWorld, async ({ world }) => {
      await world.stallDisk(true);
      return () => world.stallDisk(false);
    }),
  },
  "queues lost": {
    forgets: "all",
    strike: within(
      OneServerWorld,
      only(({ world }) => world.loseQueues()),
    ),
  },
  "dead letters lost": {
    forgets: "all",
    strike: within(
      OneServerWorld,
      only(({ world }) => world.loseDeadLetters()),
    ),
  },
  "stream trimmed": {
    forgets: "all",
    strike: within(
      RedisWorld,
      only(async ({ world, crew, random }) => {
        await world.trim();
        replace(crew, pick(crew.listeners, random)); // what it held is found to be gone
      }),
    ),
  },
  "one connection ended": {
    strike: within(
      OneServerWorld,
      only(({ world }) => world.endOneConnection()),
    ),
  },
  "password refused": {
    outage: true,
    strike: within(OneServerWorld, async ({ world }) => {
      await world.changePassword(true);
      world.proxy.reset();
      return () => world.changePassword(false);
    }),
  },
  "certificate expired": {
    outage: true,
    strike: within(OneServerWorld, async ({ world }) => {
      await world.renewCertificate(true);
      return () => world.renewCertificate(false);
    }),
  },
  /** Handlers of one listener take longer than the server lets a consumer hold an event. */
  "events held too long": {
    strike: within(AmqpWorld, async ({ world, crew, forMs }) => {
      await world.limitHolding(Math.floor(forMs / 4));
      world.proxy.reset(); // the limit is that of new channels
      for (const member of crew.listeners.slice(0, 1)) crew.tell(member, { kind: "stall", forMs });
      return () => world.limitHolding(1_800_000);
    }),
  },
} satisfies FaultKinds;
