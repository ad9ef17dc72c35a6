import { RedisBroker } from "@eventwright/runtime/redis";
import { eventwright } from "../wire/parcels.js";
import type { Subject } from "../wire/subject.js";
import { twinPubSub, twinStreams } from "./twin.js";

const makeBroker = (url: string): RedisBroker => new RedisBroker({ url });

/** A peer, loaded only by a process that uses it. */
function lazy(load: () => Promise<Subject>): Subject {
  return {
    produce: async (url) => (await load()).produce(url),
    consume: async (url, handle) => (await load()).consume(url, handle),
  };
}

export const subjects: ReadonlyMap<string, Subject> = new Map([
  ["streams, ioredis by hand", twinStreams],
  ["streams, eventwright", eventwright(makeBroker, { durable: true })],
  ["BullMQ", lazy(async () => (await import("./bullmq.js")).bullmq)],
  ["pub/sub, ioredis by hand", twinPubSub],
  ["pub/sub, eventwright", eventwright(makeBroker, { durable: false })],
  ["NestJS", lazy(async () => (await import("./nestjs.js")).nestjs)],
  ["moleculer", lazy(async () => (await import("./moleculer.js")).moleculerEvents)],
]);
