import { expect, test } from "vitest";
import { startRabbitmqCluster } from "../helpers/servers/rabbitmq.js";
import { waitUntil } from "../helpers/servers/wait-until.js";
import { openAmqp } from "./raw-amqp.js";

test("rabbitmq cluster: is one cluster, goes on without a node, and takes it back", async () => {
  await using cluster = await startRabbitmqCluster();
  const [first, second] = cluster.nodes;
  if (first === undefined || second === undefined) throw new Error("not a cluster");
  const { name } = await first.control.createVhost();
  expect(await openAmqp(second.control.url({ vhost: name }))).toBe("open");
  await first.kill();
  expect(cluster.control).toBe(second.control);
  await waitUntil("the others have noticed", 120_000, async () => {
    return (await second.control.evaluate("length(nodes())")) === "1";
  });
  expect(await openAmqp(second.control.url({ vhost: name }))).toBe("open");
  await first.start();
  await cluster.settle();
  expect(await openAmqp(first.control.url({ vhost: name }))).toBe("open");
}, 300_000);
