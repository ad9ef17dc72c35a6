import { AmqpClusterWorld } from "../worlds/amqp-cluster-world.js";
import { type FaultKinds, only, within } from "./fault-kind.js";

/** What becomes of the nodes of a RabbitMQ cluster. It serves all the while, so these are no outages. */
export const clusterFaults = {
  "leader killed": {
    strike: within(
      AmqpClusterWorld,
      only(async ({ world }) => (await world.leaderOf("::stock")).kill()),
    ),
  },
  "follower killed": {
    strike: within(
      AmqpClusterWorld,
      only(async ({ world }) => (await world.followerOf("::stock")).kill()),
    ),
  },
  "clients' node killed": {
    strike: within(
      AmqpClusterWorld,
      only(({ world }) => world.busiest().kill()),
    ),
  },
  "leader of dead letters killed": {
    strike: within(
      AmqpClusterWorld,
      only(async ({ world }) => (await world.leaderOf("::stock.dead")).kill()),
    ),
  },
  "dead node back": {
    strike: within(
      AmqpClusterWorld,
      only(({ world }) => world.complete()),
    ),
  },
  "nodes restarted one by one": {
    strike: within(
      AmqpClusterWorld,
      only(async ({ world }) => {
        for (const node of world.server.nodes) {
          await node.restart();
          await world.settle();
        }
      }),
    ),
  },
  "node paused": {
    strike: within(AmqpClusterWorld, async ({ world }) => {
      const node = await world.leaderOf("::stock");
      node.pause();
      return async () => {
        node.resume();
        await world.settle();
      };
    }),
  },
  "leader moved": {
    strike: within(
      AmqpClusterWorld,
      only(async ({ world }) => world.moveLeader("::stock", await world.followerOf("::stock"))),
    ),
  },
  "leaders rebalanced": {
    strike: within(
      AmqpClusterWorld,
      only(({ world }) => world.rebalance()),
    ),
  },
  "node removed": {
    strike: within(AmqpClusterWorld, async ({ world }) => {
      const node = await world.leaderOf("::stock");
      await world.remove(node);
      return () => world.add(node);
    }),
  },
} satisfies FaultKinds;
