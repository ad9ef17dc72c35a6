import type { DeadLetter } from "../../broker/broker.js";
import type { OutgoingMessage } from "../../broker/message.js";
import { PublishError } from "../../errors.js";
import { MemoryInbox } from "../../listener/inbox.js";
import { deadLetter, drop, retry } from "../../listener/results.js";
import type { RetryOptions } from "../../listener/retry.js";
import { MemoryOutbox } from "../../outbox/memory-outbox.js";
import { Outbox } from "../../outbox/outbox.js";
import { assertEqual, assertRejects, assertThat } from "./assertions.js";
import { numbers } from "./publish-cases.js";
import type { SuiteCase } from "./suite-case.js";
import { type Item, turn, type World } from "./world.js";

const item = (n: number, key = "a"): Item => ({ n, key });

/** A policy without chance. */
const steady = { immediate: 0, delayed: 0, delayMs: 100, factor: 1, jitter: 0 } satisfies RetryOptions;

async function send(world: World, bus: ReturnType<World["bus"]>, message: OutgoingMessage): Promise<void> {
  await world.broker(bus).publish(message);
}

/** A broker that knows who takes which types refuses an unknown one when it is published. */
async function isTaken(sent: Promise<void>): Promise<boolean> {
  try {
    await sent;
    return true;
  } catch (error) {
    if (error instanceof PublishError && error.code === "PUBLISH_UNROUTABLE") return false;
    throw error;
  }
}

/** Retries, dead letters and the inbox. */
export const retryCases: readonly SuiteCase[] = [
  {
    id: "R1",
    promise: "immediate tries, delayed tries with their gaps, then one dead letter",
    needs: "deadLetter",
    async run(world) {
      const contract = world.item({ durable: true });
      const all: { n: number; attempt: number; at: number }[] = [];
      const bus = world.bus().listen(
        contract,
        ({ n }, { attempt }) => {
          all.push({ n, attempt, at: world.now() });
          throw new Error("always");
        },
        { name: "always", retry: { immediate: 3, delayed: 2, delayMs: 200, factor: 3, jitter: 0 } },
      );
      await bus.start();
      for (const n of [1, 2]) {
        await bus.publish(contract, item(n));
        await world.letters(bus, "always", n);
      }
      await world.pass(2000);
      assertEqual(
        all.map(({ n, attempt }) => [n, attempt]),
        [1, 2].flatMap((n) => numbers(6).map((attempt) => [n, attempt + 1])),
        "attempts",
      );
      // None comes too early. The second comes in time: for the first, a server may have to make what events wait in.
      const [first = [], second = []] = [1, 2].map((n) => gapsOf(all.filter((call) => call.n === n)));
      for (const [index, wanted] of [0, 0, 0, 200, 600].entries()) {
        const [early = Number.NaN, gap = Number.NaN] = [first[index], second[index]];
        const inTime = wanted === 0 ? gap < 200 : gap <= wanted + 500;
        assertThat(
          Math.min(early, gap) >= wanted - 5 && inTime,
          `try ${index + 2}: expected it after ${wanted} ms, got ${early} and ${gap} ms`,
        );
      }
      assertEqual((await bus.deadLetters.list("always")).length, 2, "dead letters");
    },
  },
  {
    id: "R2",
    promise: "while one event waits for its retry, others pass: nothing is held up",
    needs: "nackDelay",
    async run(world) {
      const contract = world.item({ durable: true });
      const calls: string[] = [];
      const bus = world.bus().listen(
        contract,
        ({ n }, { attempt }) => {
          calls.push(`${n} ${attempt}`);
          if (n === 0 && attempt === 1) throw new Error("once");
        },
        { name: "passes", concurrency: 1, retry: { ...steady, delayed: 1, delayMs: 1000 } },
      );
      await bus.start();
      for (const n of numbers(20)) await bus.publish(contract, item(n));
      await world.until("the others pass", () => calls.length >= 20);
      await world.pass(300);
      assertEqual(
        calls,
        numbers(20).map((n) => `${n} 1`),
        "calls before the retry",
      );
      await world.passUntil("the retry", 100, () => calls.includes("0 2"));
    },
  },
  {
    id: "R3",
    promise: "a long delay does not hold a short one",
    needs: "nackDelay",
    async run(world) {
      const contract = world.item({ durable: true });
      const done: number[] = [];
      const bus = world.bus().listen(
        contract,
        ({ n }, { attempt }) => {
          if (attempt === 1) return retry({ afterMs: n });
          done.push(n);
          return undefined;
        },
        { name: "delays" },
      );
      await bus.start();
      for (const n of [2000, 100]) await bus.publish(contract, item(n));
      await world.passUntil("the short one is done", 50, () => done.length > 0);
      assertEqual(done, [100], "done first");
      await world.passUntil("the long one is done", 200, () => done.length > 1);
    },
  },
  {
    id: "R4",
    promise: "delays differ by chance, within their bounds",
    needs: "nackDelay",
    async run(world) {
      const contract = world.item({ durable: true });
      const failedAt = new Map<number, number>();
      const delays: number[] = [];
      const bus = world.bus().listen(
        contract,
        ({ n }, { attempt }) => {
          if (attempt === 2) {
            delays.push(world.now() - (failedAt.get(n) ?? 0));
            return;
          }
          failedAt.set(n, world.now());
          throw new Error("once");
        },
        { name: "jitter", concurrency: 100, retry: { ...steady, delayed: 1, delayMs: 300, jitter: 0.5 } },
      );
      await bus.start();
      for (const round of numbers(2)) {
        for (const n of numbers(30)) await bus.publish(contract, item(30 * round + n));
        await world.passUntil("all come again", 10, () => delays.length >= 30 * (round + 1));
      }
      assertThat(Math.min(...delays) >= 295, `no delay below its base, got ${Math.min(...delays)}`);
      // Of the second round: for the first, a server may have to make what events wait in.
      const longest = Math.max(...delays.slice(30));
      assertThat(longest <= 950, `no delay far above its bound, got ${longest}`);
      assertThat(new Set(delays).size > 1, "delays differ");
    },
  },
  {
    id: "R5",
    promise: "what happens depends on the kind of error, as the policy says",
    needs: "deadLetter",
    async run(world) {
      const contract = world.item({ durable: true });
      const calls: number[] = [];
      const decide = (error: unknown): "retry" | "deadLetter" | "drop" | undefined => {
        if (error instanceof RangeError) return "deadLetter";
        if (error instanceof TypeError) return "drop";
        return undefined;
      };
      const bus = world.bus().listen(
        contract,
        ({ n }) => {
          calls.push(n);
          if (n === 0) throw new RangeError("never again");
          if (n === 1) throw new TypeError("forget it");
          throw new Error("as the numbers say");
        },
        { name: "kinds", concurrency: 1, retry: { ...steady, immediate: 2, decide } },
      );
      await bus.start();
      for (const n of numbers(3)) await bus.publish(contract, item(n));
      const letters = await world.letters(bus, "kinds", 2);
      assertEqual(calls, [0, 1, 2, 2, 2], "calls");
      assertEqual(
        letters.map(({ error }) => error?.name),
        ["RangeError", "Error"],
        "dead letters",
      );
    },
  },
  {
    id: "R6",
    promise: "a handler may ask for a retry, a drop or a dead letter, whatever the policy says",
    needs: "deadLetter",
    async run(world) {
      const contract = world.item({ durable: true });
      const calls: string[] = [];
      const bus = world.bus().listen(
        contract,
        ({ n }, { attempt }) => {
          calls.push(`${n} ${attempt}`);
          if (n === 0) return attempt < 4 ? retry({ afterMs: 50 }) : undefined;
          return n === 1 ? drop("not needed") : deadLetter("by hand");
        },
        { name: "asks", retry: steady },
      );
      await bus.start();
      for (const n of numbers(3)) await bus.publish(contract, item(n));
      const letters = await world.letters(bus, "asks", 1);
      await world.passUntil("the fourth try", 20, () => calls.includes("0 4"));
      assertEqual(calls.toSorted(), ["0 1", "0 2", "0 3", "0 4", "1 1", "2 1"], "calls");
      assertEqual(
        letters.map(({ reason, attempts }) => [reason, attempts]),
        [["asked: by hand", 1]],
        "dead letters",
      );
      assertEqual(world.failures.length, 0, "failures");
    },
  },
  {
    id: "R7",
    promise: "a dead letter holds the untouched original and how it came to this",
    needs: "deadLetter",
    async run(world) {
      const contract = world.item({ durable: true });
      const bus = world.bus({ instance: "instance-1" }).listen(
        contract,
        () => {
          throw Object.assign(new RangeError("broken"), { code: "E_BROKEN" });
        },
        { name: "breaks", retry: { ...steady, immediate: 1, delayed: 1 } },
      );
      await bus.start();
      const envelope = await bus.publish(contract, item(7), { headers: { tenant: "acme" } });
      const [letter] = await world.letters(bus, "breaks", 1);
      assertThat(letter !== undefined, "there is a dead letter");
      const { reason, listener, channel, attempts, instance, error, message } = letter;
      assertEqual(
        { reason, listener, channel, attempts, instance },
        {
          reason: "failed",
          listener: "breaks",
          channel: contract.channel.name,
          attempts: 3,
          instance: "instance-1",
        },
        "how it came to this",
      );
      assertEqual([error?.name, error?.message, error?.code], ["RangeError", "broken", "E_BROKEN"], "error");
      assertThat((error?.stack ?? "").length <= 4000, "the stack is cut");
      assertThat(Date.parse(letter.failedAt) - Date.parse(letter.firstFailedAt) >= 95, "first and last time");
      assertEqual(contract.deserialize(message.body), item(7), "payload");
      assertEqual([message.attributes.id, message.attributes.tenant], [envelope.id, "acme"], "attributes");
      assertEqual((await world.inspect(bus, "breaks")).unsettled, 0, "unsettled originals");
    },
  },
  {
    id: "R9",
    promise: "dead letters are listed, replayed with attempts from 1, and discarded",
    needs: "deadLetter",
    async run(world) {
      const contract = world.item({ durable: true });
      const calls: string[] = [];
      const other: number[] = [];
      let broken = true;
      const bus = world.bus();
      bus.listen(contract, ({ n }) => void other.push(n), { name: "other" });
      bus.listen(
        contract,
        ({ n }, { attempt }) => {
          calls.push(`${n} ${attempt}`);
          if (broken) throw new Error("broken");
        },
        { name: "mends", retry: steady },
      );
      await bus.start();
      for (const n of numbers(4)) await bus.publish(contract, item(n));
      const letters = await world.letters(bus, "mends", 4);
      broken = false;
      const byNumber = (n: number): string =>
        letters.find(({ message }) => contract.deserialize(message.body).n === n)?.id ?? "";
      assertEqual(await bus.deadLetters.replay("mends", byNumber(0)), true, "replay");
      assertEqual(await bus.deadLetters.discard("mends", byNumber(1)), true, "discard");
      assertEqual(await bus.deadLetters.replay("mends", "unknown"), false, "replay of an unknown one");
      const fits = ({ message }: DeadLetter): boolean => contract.deserialize(message.body).n > 2;
      assertEqual(await bus.deadLetters.replayAll("mends", fits), 1, "replayed by filter");
      await world.until("both are handled", () => calls.length >= 6);
      await bus.idle();
      assertEqual(calls.slice(4).toSorted(), ["0 1", "3 1"], "calls after the replay");
      assertEqual((await bus.deadLetters.list("mends")).length, 1, "dead letters left");
      assertEqual(other, [0, 1, 2, 3], "what the other listener got");
    },
  },
  {
    id: "R9b",
    promise:
      "of many dead letters those that fit are replayed or discarded in one go, each once, and the rest stays in order",
    needs: "deadLetter",
    async run(world) {
      const contract = world.item({ durable: true });
      const calls: number[] = [];
      const bus = world.bus();
      bus.listen(contract, ({ n }) => deadLetter(`no ${calls.push(n)}`), {
        name: "refuses",
        concurrency: 1,
      });
      await bus.start();
      const count = world.volume(150, 1_500);
      for (const n of numbers(count)) await bus.publish(contract, item(n));
      const numberOf = ({ message }: DeadLetter): number => contract.deserialize(message.body).n;
      const listed = async (): Promise<number[]> => (await bus.deadLetters.list("refuses")).map(numberOf);
      await world.letters(bus, "refuses", count);
      assertEqual(await listed(), numbers(count), "dead letters");
      const isOdd = (letter: DeadLetter): boolean => numberOf(letter) % 2 === 1;
      assertEqual(await bus.deadLetters.discardAll("refuses", isOdd), count / 2, "discarded");
      const even = numbers(count / 2).map((n) => 2 * n);
      assertEqual(await listed(), even, "dead letters left");
      const late = (letter: DeadLetter): boolean => numberOf(letter) >= count - 10;
      assertEqual(await bus.deadLetters.replayAll("refuses", late), 5, "replayed by filter");
      await world.until("they have failed again", () => calls.length === count + 5);
      await world.letters(bus, "refuses", even.length);
      assertEqual(await bus.deadLetters.replayAll("refuses"), even.length, "replayed");
      await world.until("all have failed again", () => calls.length === count + 5 + even.length);
      await world.letters(bus, "refuses", even.length);
      assertEqual(
        (await listed()).toSorted((a, b) => a - b),
        even,
        "dead letters in the end",
      );
      assertEqual(calls.length, count + 5 + even.length, "calls");
    },
  },
  {
    id: "R10",
    promise: "bytes that are no event end as dead letters, no handler sees them, and consumption goes on",
    needs: "deadLetter",
    async run(world) {
      const contract = world.item({ durable: true });
      const got: number[] = [];
      const bus = world
        .bus({ contracts: [contract] })
        .listen(contract, ({ n }) => void got.push(n), { name: "strict" });
      await bus.start();
      const bad: readonly (readonly [type: string, body: string | Uint8Array])[] = [
        [contract.type, Uint8Array.of(0xff, 0xfe, 0x7b)],
        [contract.type, "{"],
        [contract.type, '{"n":"1","key":"a"}'],
        [contract.type, ""],
        ["unknown.Type.v1", "{}"],
        [contract.type.replace("Item", "Other"), "{}"],
      ];
      const { name: channel, address } = contract.channel;
      let refused = 0;
      for (const [type, body] of bad) {
        const attributes = {
          specversion: "1.0",
          id: crypto.randomUUID(),
          source: "foreign",
          type,
          time: "2026-01-01T00:00:00Z",
        };
        const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
        const message = {
          address,
          channel,
          durable: true,
          kind: "event",
          type,
          attributes,
          body: bytes,
        } as const;
        const sent = send(world, bus, { ...message, expectsReply: false, cancelled: false, written: false });
        if (type === contract.type) await sent;
        else if (!(await isTaken(sent))) refused++;
      }
      for (const n of numbers(100)) await bus.publish(contract, item(n));
      await world.until("the good ones arrive", () => got.length >= 100);
      const reasons = ["invalid", "invalid", "invalid", "invalid", "unknown", "unknown"];
      const letters = await world.letters(bus, "strict", reasons.length - refused);
      assertEqual(got, numbers(100), "what was handled");
      assertEqual(
        letters.map(({ reason }) => reason),
        reasons.slice(0, reasons.length - refused),
        "reasons",
      );
    },
  },
  {
    id: "R13",
    promise: "many failing events at once make no hot loop",
    needs: "nackDelay",
    async run(world) {
      const count = world.volume(100, 1000);
      const contract = world.item({ durable: true });
      let calls = 0;
      const bus = world.bus().listen(
        contract,
        () => {
          calls++;
          throw new Error("down");
        },
        { name: "storm", concurrency: 50, retry: { ...steady, delayed: 100, delayMs: 1000 } },
      );
      await bus.start();
      const began = world.now();
      await Promise.all(numbers(count).map((n) => bus.publish(contract, item(n))));
      await world.until("each was tried", () => calls >= count);
      await world.pass(300);
      const rounds = 1 + Math.floor((world.now() - began) / 1000);
      assertThat(calls <= count * rounds, `at most ${count * rounds} calls in as many delays, got ${calls}`);
    },
  },
  {
    id: "R14",
    promise: "the retry of one listener is not seen by others",
    needs: "nackDelay",
    async run(world) {
      const contract = world.item({ durable: true });
      const calls: string[] = [];
      const bus = world.bus();
      for (const name of ["one", "two", "three"]) {
        bus.listen(
          contract,
          (_, { attempt }) => {
            calls.push(`${name} ${attempt}`);
            if (name === "two" && attempt === 1) throw new Error("once");
          },
          { name, retry: { ...steady, delayed: 1 } },
        );
      }
      await bus.start();
      await bus.publish(contract, item(1));
      await world.passUntil("the second try", 50, () => calls.includes("two 2"));
      await world.pass(300);
      assertEqual(calls.toSorted(), ["one 1", "three 1", "two 1", "two 2"], "calls");
    },
  },
  {
    id: "R15",
    promise: "an event whose time ends while it waits for its retry becomes a dead letter",
    needs: "deadLetter",
    async run(world) {
      const contract = world.item({ durable: true });
      const calls: number[] = [];
      const bus = world.bus().listen(
        contract,
        ({ n }) => {
          calls.push(n);
          if (n === 1) throw new Error("once");
        },
        { name: "late", retry: { ...steady, delayed: 1, delayMs: 400 } },
      );
      await bus.start();
      const { id } = await bus.publish(contract, item(1), { expiresAfterMs: 300 });
      const letters = await world.letters(bus, "late", 1);
      await bus.publish(contract, item(2), { expiresAfterMs: 60_000 });
      await world.until("the marker arrives", () => calls.includes(2));
      assertEqual(calls, [1, 2], "calls");
      assertEqual(
        letters.map(({ reason, attempts, error, message }) => [
          reason,
          attempts,
          error?.code,
          message.attributes.id,
        ]),
        [["expired", 1, "EVENT_EXPIRED", id]],
        "dead letters",
      );
    },
  },
  {
    id: "R16",
    promise: "a request whose handler fails rejects with the failure, not at its deadline",
    needs: "requestReply",
    async run(world) {
      const query = world.query();
      let calls = 0;
      const bus = world.bus().listen({
        contract: query,
        options: { retry: { ...steady, immediate: 2 } },
        handle: () => {
          calls++;
          throw new RangeError("no answer");
        },
      });
      await bus.start();
      await assertRejects(bus.ask(query, item(1)), "REQUEST_FAILED", "ask");
      assertEqual(calls, 3, "calls");
    },
  },
  {
    id: "R17",
    promise: "with an inbox an event that comes several times has its effect once",
    async run(world) {
      const contract = world.item({ durable: world.features.durable });
      const effects: number[] = [];
      const inbox = new MemoryInbox();
      const options = { name: "inbox", inbox } as const;
      const bus = world.bus().listen(
        contract,
        async ({ n }) => {
          await turn();
          effects.push(n);
        },
        options,
      );
      await bus.start();
      await Promise.all(numbers(5).map(() => bus.publish(contract, item(1), { id: "same" })));
      await world.until("the effect", () => effects.length > 0);
      await bus.close();
      const again = world.bus().listen(contract, ({ n }) => void effects.push(n), options);
      await again.start();
      await again.publish(contract, item(1), { id: "same" });
      await again.publish(contract, item(2));
      await world.until("the marker arrives", () => effects.includes(2));
      assertEqual(effects, [1, 2], "effects");
    },
  },
  {
    id: "R18",
    promise: "an event is marked in the inbox only when its handler has succeeded",
    needs: "nack",
    async run(world) {
      const contract = world.item({ durable: world.features.durable });
      const calls: number[] = [];
      const bus = world.bus().listen(
        contract,
        (_, { attempt }) => {
          calls.push(attempt);
          if (attempt === 1) throw new Error("before the mark");
        },
        { name: "marks", inbox: new MemoryInbox(), retry: { immediate: 1 } },
      );
      await bus.start();
      await bus.publish(contract, item(1));
      await world.until("the second try", () => calls.length >= 2);
      assertEqual(calls, [1, 2], "attempts");
    },
  },
  {
    id: "R19",
    promise:
      "an outbox sends what was committed before a crash, in order and once, and nothing of what was rolled back",
    async run(world) {
      const contract = world.item({ durable: world.features.durable });
      const store = new MemoryOutbox();
      const dying = world.bus();
      await dying.start();
      const [kept, dropped] = [store.begin(), store.begin()];
      const before = new Outbox({ bus: dying, store });
      const ids: string[] = [];
      for (const n of numbers(20)) {
        ids.push((await before.within(kept).publish(contract, item(n))).id);
        await before.within(dropped).publish(contract, item(1000 + n));
      }
      dropped.rollback();
      kept.commit();
      await world.kill(dying);
      const got: { readonly n: number; readonly id: string }[] = [];
      const bus = world.bus();
      bus.listen(contract, ({ n }, { envelope }) => void got.push({ n, id: envelope.id }), {
        name: "outbox",
        scope: world.features.durable ? "group" : "broadcast",
      });
      await bus.start();
      assertEqual(await new Outbox({ bus, store }).flush(), 20, "sent");
      await bus.publish(contract, item(20), { id: "marker" });
      await world.until("the marker arrives", () => got.some(({ id }) => id === "marker"));
      assertEqual(
        got,
        [...ids, "marker"].map((id, n) => ({ n, id })),
        "what arrived",
      );
    },
  },
];

/** Milliseconds from each call to the next. */
function gapsOf(calls: readonly { readonly at: number }[]): readonly number[] {
  return calls.slice(1).map(({ at }, index) => at - (calls[index]?.at ?? 0));
}
