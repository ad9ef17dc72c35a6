import { Redis } from "ioredis-6";
import type { Consumer, Parcel, Producer, Subject } from "../wire/subject.js";

const stream = "bench:twin";
const channel = "bench:twin:channel";
const group = "twin";

/** Without these ioredis would keep commands of an outage and repeat them. */
const settings = {
  enableAutoPipelining: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: null,
} as const;

/** Streams as one would write it by hand on ioredis: an entry an event, read by the hundreds, acknowledged together. */
export const twinStreams: Subject = {
  async produce(url): Promise<Producer> {
    const redis = new Redis(url, settings);
    return {
      publish: (parcel) => redis.xadd(stream, "*", "event", JSON.stringify(parcel)),
      close: () => redis.quit(),
    };
  },

  async consume(url, handle): Promise<Consumer> {
    const redis = new Redis(url, settings);
    await redis.xgroup("CREATE", stream, group, "$", "MKSTREAM");
    void readAll(redis, handle).catch(() => {}); // it ends with the connection
    return { close: async () => redis.disconnect() };
  },
};

async function readAll(redis: Redis, handle: (parcel: Parcel) => void): Promise<void> {
  const read = () =>
    redis.xreadgroup(
      ...(["GROUP", group, "one", "COUNT", 200, "BLOCK", 5_000] as const),
      ...(["STREAMS", stream, ">"] as const),
    ) as Promise<[string, [string, string[]][]][] | null>;
  for (;;) {
    const entries = (await read())?.[0]?.[1] ?? [];
    for (const [, fields] of entries) handle(JSON.parse(fields[1] ?? ""));
    if (entries.length > 0) void redis.xack(stream, group, ...entries.map(([id]) => id));
  }
}

/** Pub/Sub as one would write it by hand on ioredis. */
export const twinPubSub: Subject = {
  async produce(url): Promise<Producer> {
    const redis = new Redis(url, settings);
    return {
      publish: (parcel) => redis.publish(channel, JSON.stringify(parcel)),
      close: () => redis.quit(),
    };
  },

  async consume(url, handle): Promise<Consumer> {
    const redis = new Redis(url, settings);
    redis.on("message", (_channel, text) => handle(JSON.parse(text)));
    await redis.subscribe(channel);
    return { close: async () => redis.disconnect() };
  },
};
