import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { connect as connectAmqp } from "amqplib";
import { DeclaredNames } from "./declared-names.js";
import type { GivenServer } from "./given.js";
import type { GivenPart } from "./given-redis.js";
import { freePort } from "./ports.js";

/**
 * A way to a given server that remembers what tests declare there, and deletes just that in the end. With
 * `amqps:` nothing can be seen: the server is used as it is, and keeps the queues of the tests.
 */
export async function openGivenRabbitmq(given: GivenServer): Promise<GivenPart> {
  const target = new URL(given.url);
  if (target.protocol !== "amqp:") return { server: given, close: async () => {} };
  const [queues, exchanges] = [new Set<string>(), new Set<string>()];
  const open = new Set<Socket>();
  const proxy = createServer((client) => {
    const names = new DeclaredNames(queues, exchanges);
    const server = connect(Number(target.port || 5672), target.hostname);
    client.on("data", (bytes: Buffer) => names.read(bytes));
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      open.add(from);
      from.setNoDelay();
      from.pipe(to);
      from.on("error", () => to.destroy());
      from.once("close", () => {
        open.delete(from);
        to.destroy();
      });
    }
  });
  const port = await freePort();
  await once(proxy.listen(port, "127.0.0.1"), "listening");
  const url = new URL(given.url);
  url.host = `127.0.0.1:${port}`;
  return {
    server: { canRestart: false, url: url.href },
    close: async () => {
      for (const socket of open) socket.destroy();
      proxy.close();
      await remove(given.url, queues, exchanges);
    },
  };
}

/** What is gone already is no error to the server. */
async function remove(url: string, queues: Iterable<string>, exchanges: Iterable<string>): Promise<void> {
  const connection = await connectAmqp(url);
  const channel = await connection.createChannel();
  for (const queue of queues) await channel.deleteQueue(queue);
  for (const exchange of exchanges) await channel.deleteExchange(exchange);
  await connection.close();
}
