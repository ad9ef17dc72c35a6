import { startRabbitmq } from "@eventwright/test-servers/rabbitmq";
import { type Comparison, compare } from "./wire/compare.js";

type Case = Pick<Comparison, "title" | "subjects" | "bytes"> & { readonly rate?: number };

const quorum = ["quorum, amqplib by hand", "quorum, by hand, several acks", "quorum, eventwright"];
const fleeting = ["fleeting, amqplib by hand", "fleeting, by hand, several acks", "fleeting, eventwright"];
const peers = ["amqp-connection-manager", "rabbitmq-client", "NestJS"];

const cases: readonly Case[] = [
  {
    title: "quorum queues, 128 B",
    bytes: 128,
    subjects: [...each([...quorum, ...peers], 10_000), ["Rascal", 4_000]],
  },
  { title: "quorum queues, 1 KB", bytes: 1_024, subjects: each(quorum, 10_000) },
  { title: "quorum queues, 16 KB", bytes: 16_384, subjects: each(quorum, 2_000) },
  { title: "transient queues, 128 B", bytes: 128, subjects: each(fleeting, 10_000) },
  { title: "transient queues, 1 KB", bytes: 1_024, subjects: each(fleeting, 10_000) },
  {
    title: "latency, 128 B, 1,000 a second",
    bytes: 128,
    rate: 1_000,
    subjects: each([...quorum, ...fleeting], 1_000),
  },
];

function each(names: readonly string[], events: number): Case["subjects"] {
  return names.map((name) => [name, events] as const);
}

/**
 * Times the way from one process to another over a RabbitMQ of its own, beside amqplib used by hand, and beside peers.
 * Arguments: how often (default 3), and a text that the titles of the tables must hold.
 */
export async function run(args: readonly string[]): Promise<void> {
  const [rounds = "3", filter = ""] = args;
  const rabbitmq = await startRabbitmq();
  const module = new URL("./amqp/subjects.js", import.meta.url).href;
  const url = rabbitmq.control.url();
  try {
    for (const one of cases.filter(({ title }) => title.includes(filter))) {
      // What was published was handled: the queues are empty.
      const tidy = async (): Promise<void> => {};
      console.log(`${await compare({ ...one, module, url, rounds: Number(rounds), tidy })}\n`);
    }
  } finally {
    await rabbitmq.close();
  }
}
