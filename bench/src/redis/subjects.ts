import { RedisBroker } from "@eventwright/runtime/redis";
import { eventwright } from "../wire/parcels.js";
import { lazy, type Subject } from "../wire/subject.js";
import { twinPubSub, twinStreams } from "./twin.js";

const makeBroker = (url: string): RedisBroker => new RedisBroker({ url });

export const subjects: ReadonlyMap<string, Subject> = new Map([
  ["streams, ioredis by hand", twinStreams],
  ["streams, eventwright", eventwright(makeBroker, { durable: true })],
  ["BullMQ", lazy(async () => (await import("./bullmq.js")).bullmq)],
  ["pub/sub, ioredis by hand", twinPubSub],
  ["pub/sub, eventwright", eventwright(makeBroker, { durable: false })],
  ["NestJS", lazy(async () => (await import("./nestjs.js")).nestjsPubSub)],
  ["moleculer", lazy(async () => (await import("./moleculer.js")).moleculerEvents)],
]);
