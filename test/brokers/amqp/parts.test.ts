import { EventEmitter } from "node:events";
import { BusError } from "@eventwright/runtime";
import { AmqpBroker } from "@eventwright/runtime/amqp";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import type {
  AmqpChannel,
  AmqpConfirmChannel,
  Tagged,
} from "../../../runtime/src/broker/amqp/amqp-client.js";
import {
  addressOf,
  bindingOf,
  queueNameOf,
  routingKeyOf,
} from "../../../runtime/src/broker/amqp/amqp-names.js";
import { buildTopology, buildWaitQueue } from "../../../runtime/src/broker/amqp/amqp-topology.js";
import { delayPathOf, longestDelayMs, waitMsOf } from "../../../runtime/src/broker/amqp/delay-path.js";
import { EventChannel } from "../../../runtime/src/broker/amqp/event-channel.js";
import type { EventFrame } from "../../../runtime/src/broker/amqp/event-frames.js";
import { Publication } from "../../../runtime/src/broker/amqp/publication.js";
import { RenewalTimes } from "../../../runtime/src/broker/amqp/renewal-times.js";
import { ReturnedMessages } from "../../../runtime/src/broker/amqp/returned-messages.js";
import { Settles } from "../../../runtime/src/broker/amqp/settles.js";
import { waitQueueFor } from "../../../runtime/src/broker/amqp/wait-queues.js";
import { writeText } from "../../../runtime/src/broker/amqp/write-text.js";
import type { SubscribeOptions } from "../../../runtime/src/broker/broker.js";

const options: SubscribeOptions = {
  name: "SendReceipt",
  instance: "i1",
  scope: "group",
  kind: "event",
  channel: "orders",
  durable: true,
  address: "shop.orders.*",
  contracts: ["OrderPlaced"],
  types: ["orders.OrderPlaced.v1"],
  wants: () => true,
  prefetch: 16,
};

describe("amqp names", () => {
  test.for([
    [{}, "shop.orders.*.OrderPlaced::SendReceipt"],
    [{ contracts: ["OrderPlaced", "CartEmptied"] }, "shop.orders.*::SendReceipt"],
    [{ scope: "broadcast" }, "shop.orders.*.OrderPlaced::SendReceipt-i1"],
    [{ kind: "command", contracts: ["CancelOrder"] }, "shop.orders.*.CancelOrder::command"],
  ] as const)("the queue of %j is %s", ([changes, name]) => {
    expect(queueNameOf({ ...options, ...changes })).toBe(name);
  });

  test("a queue name longer than AMQP allows is refused", () => {
    expect(() => queueNameOf({ ...options, name: "ü".repeat(120) })).toThrow(BusError);
  });

  test.for([
    ["shop.orders.eu", "orders.OrderPlaced.v1", "shop.orders.eu.orders:OrderPlaced:v1"],
    ["a", "x:y.*", "a.x%3ay:%2a"],
    ["a", "#", "a.%23"],
    ["a", "100%", "a.100%25"],
  ] as const)("%s and %s travel as %s", ([address, type, routingKey]) => {
    expect(routingKeyOf(address, type)).toBe(routingKey);
    expect(bindingOf(address, type)).toBe(routingKey);
    expect(addressOf(routingKey)).toBe(address);
  });

  test("different types never travel under the same name", () => {
    const type = fc.string({ unit: fc.constantFrom("a", ".", ":", "%", "*", "#", "2", "3"), maxLength: 8 });
    fc.assert(
      fc.property(type, type, (left, right) => {
        fc.pre(left !== right);
        expect(routingKeyOf("a", left)).not.toBe(routingKeyOf("a", right));
      }),
    );
  });
});

describe("amqp frames", () => {
  test("texts of any length are written as UTF-8", () => {
    const text = fc.oneof(fc.string({ maxLength: 100 }), fc.string({ unit: "binary", maxLength: 100 }));
    fc.assert(
      fc.property(text, (given) => {
        const bytes = Buffer.alloc(500);
        const length = writeText(bytes, given, 3);
        expect(bytes.toString("utf8", 3, 3 + length)).toBe(Buffer.from(given).toString());
      }),
    );
  });
});

describe("amqp topology", () => {
  test("a durable listener has a quorum queue that loses nothing to its dead letters", () => {
    const { queue, dead, bindings } = buildTopology(options, true);
    expect(bindings).toEqual(["shop.orders.*.orders:OrderPlaced:v1"]);
    expect(queue).toMatchObject({
      durable: true,
      exclusive: false,
      autoDelete: false,
      arguments: {
        "x-queue-type": "quorum",
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": dead?.name,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
      },
    });
    expect(queue.arguments).not.toHaveProperty("x-expires");
    expect(dead).toMatchObject({ name: `${queue.name}.dead`, arguments: { "x-queue-type": "quorum" } });
  });

  test.for([
    ["group", true, { durable: false, exclusive: false, autoDelete: true }],
    ["group", false, { durable: true, exclusive: false, autoDelete: true }],
    ["broadcast", true, { durable: false, exclusive: true, autoDelete: true }],
    ["broadcast", false, { durable: false, exclusive: true, autoDelete: true }],
  ] as const)(
    "a %s that need not be kept, on a server that keeps transient queues: %s",
    ([scope, keeps, want]) => {
      const { queue, dead } = buildTopology({ ...options, durable: false, scope }, keeps);
      expect(queue).toMatchObject(want);
      expect(dead).toBeUndefined();
    },
  );

  test("events wait in a queue that leads back to their listener's alone", () => {
    const topology = buildTopology(options, true);
    const queue = buildWaitQueue(topology, 1_000);
    expect(queue.name).toBe(`${topology.queue.name}.wait-1000`);
    expect(queue.arguments).toMatchObject({
      "x-dead-letter-exchange": "",
      "x-dead-letter-routing-key": topology.queue.name,
      "x-dead-letter-strategy": "at-least-once",
    });
  });

  test("a wait queue holds delays that are nearly equal, and never shortens one", () => {
    fc.assert(
      fc.property(fc.double({ min: 50, max: 2 ** 31, noNaN: true }), (delayMs) => {
        const longestMs = waitQueueFor(delayMs);
        expect(longestMs).toBeGreaterThanOrEqual(Math.floor(delayMs));
        expect(longestMs).toBeLessThanOrEqual(delayMs * 1.2 + 1);
        expect(waitQueueFor(longestMs)).toBeGreaterThanOrEqual(longestMs);
      }),
    );
    expect(waitQueueFor(1)).toBe(50);
    expect(waitQueueFor(2 ** 40)).toBe(2 ** 32 - 1);
  });
});

describe("amqp delays", () => {
  test.for([
    [1, [64]],
    [64, [64]],
    [65, [128]],
    [2_000, [2_048]],
    [86_400_000, [83_886_080, 2_097_152, 262_144, 131_072, 20_480, 3_072]],
  ] as const)("%i ms are spent in queues of %j", ([delayMs, waits]) => {
    expect(delayPathOf(delayMs).map(waitMsOf)).toEqual(waits);
  });

  test("a path has each level once, from the first on, is as long as its delay, and leads through few queues", () => {
    const seen = new Set<number>();
    fc.assert(
      fc.property(fc.double({ min: 0, minExcluded: true, max: longestDelayMs, noNaN: true }), (delayMs) => {
        const path = delayPathOf(delayMs);
        const levels = path.map(({ level }) => level);
        expect(levels).toEqual([...new Set(levels)].toSorted((left, right) => right - left));
        expect(levels.length).toBeGreaterThan(0);
        const waits = path.map(waitMsOf);
        const waitMs = waits.reduce((total, wait) => total + wait, 0);
        expect(waitMs - delayMs).toBeGreaterThanOrEqual(0);
        expect(waitMs - delayMs).toBeLessThanOrEqual(64);
        for (const wait of waits) seen.add(wait);
      }),
      { numRuns: 2_000 },
    );
    expect(seen.size).toBeLessThanOrEqual(59);
    expect(Math.max(...seen)).toBeLessThan(2 ** 32);
  });
});

describe("amqp publications", () => {
  const message = {
    address: "a",
    type: "t",
    channel: "c",
    durable: false,
    kind: "event",
    attributes: {},
    body: new Uint8Array(),
    expectsReply: false,
    cancelled: false,
    written: true,
  } as const;
  const event = { exchange: "e", routingKey: "k", mandatory: false, message, delay: undefined };

  /** How it ends when the server refuses to store it, and how often its publisher is told that. */
  async function refused(sent: EventFrame): Promise<readonly [end: unknown, nacks: number]> {
    let nacks = 0;
    const owner = { returned: new ReturnedMessages(), onNack: () => void nacks++, onEnd: () => {} };
    const end = new Promise<unknown>((resolve) => {
      const publication = new Publication(sent, owner, () => resolve("taken"), resolve);
      publication.confirmed(new Error("message nacked"));
    });
    return [await end, nacks];
  }

  test("that nobody keeps are taken when a queue refuses them; what is kept is not, nor what waits for its time", async () => {
    const unknown = [expect.objectContaining({ code: "PUBLISH_FAILED", outcome: "unknown" }), 1];
    expect(await refused(event)).toEqual(["taken", 0]);
    expect(await refused({ ...event, mandatory: true })).toEqual(unknown);
    expect(await refused({ ...event, delay: delayPathOf(64) })).toEqual(unknown);
  });

  test("let go of their bytes once these are written, and of none before", async () => {
    const connection = { frameMax: 131_072, sendBytes: () => {} };
    const channel = Object.assign(new EventEmitter(), { ch: 1, connection });
    const events = EventChannel.over(channel as unknown as AmqpConfirmChannel, undefined);
    const release = vi.fn();
    const tooLong = { ...message, attributes: { long: "x".repeat(60_000) }, release };
    const confirmed = (): void => {};
    expect(() => events?.send({ ...event, message: tooLong }, { confirmed })).toThrow(RangeError);
    expect(release).not.toHaveBeenCalled();
    events?.send({ ...event, message: { ...message, release } }, { confirmed });
    // The window counts them when it has been told that the publish is under way.
    expect(release).not.toHaveBeenCalled();
    await new Promise((resolve) => setImmediate(resolve));
    expect(release).toHaveBeenCalledOnce();
  });
});

/** What a channel was told, as text. */
class Recorder {
  readonly calls: string[] = [];

  ack({ fields }: Tagged, allUpTo = false): void {
    this.calls.push(`ack ${allUpTo ? "up to " : ""}${fields.deliveryTag}`);
  }

  nack({ fields }: Tagged): void {
    this.calls.push(`nack ${fields.deliveryTag}`);
  }
}

describe("amqp settles", () => {
  function begin(): { readonly settles: Settles; readonly calls: readonly string[] } {
    const channel = new Recorder();
    return { settles: new Settles(channel as unknown as AmqpChannel), calls: channel.calls };
  }

  test.for([
    [[1, 2, 3], ["ack up to 3"]],
    [[1], ["ack 1"]],
    [[3, 1, 2], ["ack up to 3"]],
    [
      [2, 3],
      ["ack 2", "ack 3"],
    ],
    [
      [1, 2, 4],
      ["ack 4", "ack up to 2"],
    ],
  ] as const)("of one turn %j become %j", ([tags, calls]) => {
    const begun = begin();
    for (const tag of tags) begun.settles.ack(tag);
    expect(begun.calls).toEqual([]);
    begun.settles.flush();
    expect(begun.calls).toEqual(calls);
  });

  test("leave in one turn what was handled in it", async () => {
    const { settles, calls } = begin();
    settles.ack(1);
    await Promise.resolve();
    settles.ack(2);
    await new Promise((resolve) => setImmediate(resolve));
    expect(calls).toEqual(["ack up to 2"]);
  });

  test("may lag at the server after many that could not go together, for a moment", () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    try {
      const even = (count: number): number[] => Array.from({ length: count }, (_, index) => 2 * index + 2);
      const told = (tags: readonly number[]): Settles => {
        const { settles } = begin();
        for (const tag of tags) settles.ack(tag);
        settles.flush();
        return settles;
      };
      expect(told(even(30)).mayLag).toBe(false);
      expect(told(Array.from({ length: 1_000 }, (_, index) => index + 1)).mayLag).toBe(false);
      const many = told(even(31));
      expect(many.mayLag).toBe(true);
      vi.advanceTimersByTime(99);
      expect(many.mayLag).toBe(true);
      vi.advanceTimersByTime(1);
      expect(many.mayLag).toBe(false);
    } finally {
      vi.useRealTimers();
    }
  });

  test("have no effect once the channel has ended", () => {
    const { settles, calls } = begin();
    settles.ack(1);
    settles.end();
    settles.flush();
    settles.ack(2);
    settles.giveBack(3);
    settles.flush();
    expect(calls).toEqual([]);
  });

  test("reach each delivery once, and none that is not settled", () => {
    const plan = fc.array(fc.record({ settle: fc.constantFrom("ack", "nack", "wait"), flush: fc.boolean() }));
    fc.assert(
      fc.property(plan, fc.integer(), (steps, seed) => {
        const { settles, calls } = begin();
        const tags = steps.map((_, index) => index + 1);
        const order = tags.toSorted((left, right) => ((left * seed) % 7) - ((right * seed) % 7));
        const wanted = new Map<number, string>();
        for (const tag of order) {
          const { settle, flush } = steps[tag - 1] ?? { settle: "wait", flush: false };
          if (settle !== "wait") wanted.set(tag, settle);
          if (settle === "ack") settles.ack(tag);
          else if (settle === "nack") settles.giveBack(tag);
          if (flush) settles.flush();
        }
        settles.flush();
        expect(settledBy(calls, tags.length)).toEqual(wanted);
      }),
    );
  });
});

/** What a server makes of it; it ends the channel when the named delivery is not outstanding. */
function settledBy(calls: readonly string[], count: number): ReadonlyMap<number, string> {
  const outstanding = new Set(Array.from({ length: count }, (_, index) => index + 1));
  const settled = new Map<number, string>();
  for (const call of calls) {
    const tag = Number(call.split(" ").at(-1));
    if (!outstanding.has(tag)) throw new Error(`unknown delivery tag ${tag}`);
    for (const one of call.includes("up to") ? [...outstanding].filter((other) => other <= tag) : [tag]) {
      outstanding.delete(one);
      settled.set(one, call.startsWith("ack") ? "ack" : "nack");
    }
  }
  return new Map([...settled].sort(([left], [right]) => left - right));
}

describe("amqp renewal", () => {
  test("comes soon after the first refusal, then less and less, and soon again after quiet", () => {
    const times = new RenewalTimes();
    const due: number[] = [];
    for (let now = 1_000_000; now < 1_030_000; now += 10) if (times.isDue(now)) due.push(now - 1_000_000);
    expect(due.slice(0, 6)).toEqual([0, 100, 230, 400, 620, 910]);
    const pauses = due.slice(1).map((at, index) => at - (due[index] ?? 0));
    expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
    expect(pauses.at(-1)).toBe(5_000);
    expect(times.isDue(1_040_000)).toBe(true);
    expect(times.isDue(1_040_100)).toBe(true);
  });
});

describe("amqp options", () => {
  test("all problems are told together", () => {
    const make = (): AmqpBroker =>
      new AmqpBroker({ url: "http://x", heartbeatSeconds: 0, exchange: "amq.topic", maxPrefetch: 0 });
    expect(make).toThrow(
      "cannot make an AMQP broker: url: expected amqp:// or amqps://; exchange: expected a name that does not begin with amq.; heartbeatSeconds: expected 1 to 10, got 0; maxPrefetch: expected 1 to 65535, got 0",
    );
  });
});
