import { createServer, type Server } from "node:net";
import type { TestProject } from "vitest/node";
import { rabbitmqBinaries, redisBinary } from "./binaries.js";
import { freePort } from "./ports.js";
import { type Rabbitmq, startRabbitmq } from "./rabbitmq.js";
import type { RabbitmqAnswer } from "./shared.js";

/**
 * One RabbitMQ for a whole test run, started when the first test file asks for it: test files run in processes
 * of their own, so they ask here, in the one that outlives them. Whoever connects gets one answer as JSON.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Here, so that no test waits for an installation. One that fails is told by the tests that need it.
  await Promise.allSettled([redisBinary(), rabbitmqBinaries()]);
  let started: Promise<Rabbitmq> | undefined;
  const desk = createServer(async (socket) => {
    started ??= startRabbitmq();
    socket.on("error", () => undefined); // a test file that has ended meanwhile
    socket.end(JSON.stringify(await answer(started)));
  });
  const port = await freePort();
  await listen(desk, port);
  project.provide("rabbitmqPort", port);
  return async () => {
    desk.close();
    const rabbitmq = await started?.catch(() => undefined);
    await rabbitmq?.close();
  };
}

async function answer(started: Promise<Rabbitmq>): Promise<RabbitmqAnswer> {
  try {
    return { endpoint: (await started).control.endpoint };
  } catch (error) {
    return { problem: String(error) };
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", resolve);
  });
}
