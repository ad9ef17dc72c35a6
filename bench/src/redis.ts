import { startRedis } from "@eventwright/test-servers/redis";
import { type Comparison, compare } from "./wire/compare.js";

type Case = Pick<Comparison, "title" | "subjects" | "bytes"> & { readonly rate?: number };

const [streamsByHand, streams] = ["streams, ioredis by hand", "streams, eventwright"] as const;
const [pubSubByHand, pubSub] = ["pub/sub, ioredis by hand", "pub/sub, eventwright"] as const;

const cases: readonly Case[] = [
  {
    title: "streams, 128 B",
    bytes: 128,
    subjects: [
      [streamsByHand, 20_000],
      [streams, 20_000],
      ["BullMQ", 2_000],
    ],
  },
  { title: "streams, 1 KB", bytes: 1_024, subjects: both(streamsByHand, streams, 15_000) },
  { title: "streams, 16 KB", bytes: 16_384, subjects: both(streamsByHand, streams, 2_000) },
  {
    title: "pub/sub, 128 B",
    bytes: 128,
    subjects: [...both(pubSubByHand, pubSub, 20_000), ["NestJS", 8_000], ["moleculer", 8_000]],
  },
  { title: "pub/sub, 1 KB", bytes: 1_024, subjects: both(pubSubByHand, pubSub, 15_000) },
  {
    title: "latency, 128 B, 1,000 a second",
    bytes: 128,
    rate: 1_000,
    subjects: [streamsByHand, streams, pubSubByHand, pubSub].map((name) => [name, 1_000] as const),
  },
];

function both(first: string, second: string, events: number): Case["subjects"] {
  return [first, second].map((name) => [name, events] as const);
}

/**
 * Times the way from one process to another over a Redis of its own, beside ioredis used by hand, and beside peers.
 * Arguments: how often (default 5), and a text that the titles of the tables must hold.
 */
export async function run(args: readonly string[]): Promise<void> {
  const [rounds = "5", filter = ""] = args;
  // What is measured is the clients; what the disk does is left out.
  const redis = await startRedis({ config: ["appendonly no"] });
  const module = new URL("./redis/subjects.js", import.meta.url).href;
  const tidy = async (): Promise<void> => {
    for (const stream of ["bench:twin", "eventwright:parcels"])
      await redis.command("XTRIM", stream, "MAXLEN", "0");
  };
  try {
    for (const one of cases.filter(({ title }) => title.includes(filter))) {
      await redis.command("FLUSHALL");
      console.log(`${await compare({ ...one, module, url: redis.url, rounds: Number(rounds), tidy })}\n`);
    }
  } finally {
    await redis.close();
  }
}
