import type { HandlerContext } from "../../contract/listener.js";
import { gate } from "./ack-cases.js";
import { assertEqual, assertRejects, assertThat } from "./assertions.js";
import { numbers } from "./publish-cases.js";
import type { SuiteCase } from "./suite-case.js";
import { type Item, turn } from "./world.js";

const item = (n: number, key = "a"): Item => ({ n, key });

/** Concurrency, close, time limits, requests, observation. */
export const lifeCycleCases: readonly SuiteCase[] = [
  {
    id: "L1",
    promise: "never more handlers at once than set, and never more received than the bound",
    needs: "inspect",
    async run(world) {
      const count = world.volume(200, 2000);
      const contract = world.item({ durable: world.features.durable });
      let running = 0;
      let most = 0;
      let mostHeld = 0;
      let done = 0;
      const bus = world.bus().listen(
        contract,
        async () => {
          most = Math.max(most, ++running);
          mostHeld = Math.max(mostHeld, (await world.inspect(bus, "four")).unsettled);
          await turn();
          running--;
          done++;
        },
        { name: "four", concurrency: 4 },
      );
      await bus.start();
      await Promise.all(numbers(count).map((n) => bus.publish(contract, item(n))));
      await world.until("all are handled", () => done >= count);
      assertEqual(most, 4, "handlers at once");
      assertThat(mostHeld <= 16, `at most 16 events are held, got ${mostHeld}`);
    },
  },
  {
    id: "L2",
    promise: "the number of handlers at once can be lowered and raised while they run",
    async run(world) {
      const contract = world.item({ durable: world.features.durable });
      let running = 0;
      let most = 0;
      let done = 0;
      let { opened, open } = gate();
      const bus = world.bus().listen(
        contract,
        async () => {
          most = Math.max(most, ++running);
          await opened;
          running--;
          done++;
        },
        { name: "varied", concurrency: 6 },
      );
      await bus.start();
      const [subscription] = bus.subscriptions;
      const run = async (concurrency: number): Promise<number> => {
        subscription?.setConcurrency(concurrency);
        await world.until("those that run have ended", () => running === 0);
        [most, done] = [0, 0];
        ({ opened, open } = gate());
        const published = Promise.all(numbers(40).map((n) => bus.publish(contract, item(n))));
        await world.until("as many run as may", () => running === concurrency);
        open();
        await published;
        await world.until("all are handled", () => done === 40);
        return most;
      };
      assertEqual([await run(6), await run(2), await run(5)], [6, 2, 5], "handlers at once");
    },
  },
  {
    id: "L3",
    promise:
      "while a listener is paused no handler starts, and afterwards it goes on without a second delivery",
    async run(world) {
      const contract = world.item({ durable: world.features.durable });
      const got: { n: number; attempt: number }[] = [];
      const bus = world.bus().listen(contract, ({ n }, { attempt }) => void got.push({ n, attempt }), {
        name: "pauses",
        scope: world.features.durable ? "group" : "broadcast",
      });
      const marked: number[] = [];
      bus.listen(contract, ({ n }) => void marked.push(n), {
        name: "marker",
        scope: world.features.durable ? "group" : "broadcast",
      });
      await bus.start();
      await bus.publish(contract, item(0));
      await world.until("the first arrives", () => got.length === 1);
      const subscription = bus.subscriptions.find(({ name }) => name === "pauses");
      subscription?.pause();
      for (const n of [1, 2, 3]) await bus.publish(contract, item(n));
      await world.until("the others arrive elsewhere", () => marked.length === 4);
      await world.pass(1000);
      assertEqual(got.length, 1, "handled while paused");
      assertEqual(
        bus.health().listeners.map(({ paused }) => paused),
        [true, false],
        "what health says",
      );
      subscription?.resume();
      await world.until("all arrive", () => got.length >= 4);
      assertEqual(
        got,
        numbers(4).map((n) => ({ n, attempt: 1 })),
        "what was handled",
      );
    },
  },
  {
    id: "L4",
    promise: "close waits for running handlers; what they handled does not come again",
    needs: "durable",
    async run(world) {
      const contract = world.item({ durable: true });
      const { opened, open } = gate();
      let started = 0;
      let ended = 0;
      const bus = world.bus().listen(
        contract,
        async () => {
          started++;
          await opened;
          ended++;
        },
        { name: "drain", concurrency: 10 },
      );
      await bus.start();
      for (const n of numbers(10)) await bus.publish(contract, item(n));
      await world.until("ten run", () => started === 10);
      const closed = bus.close();
      await turn();
      assertEqual(ended, 0, "handlers that ended before the gate opened");
      open();
      assertEqual((await closed).left, [], "left");
      assertEqual(ended, 10, "handlers that ended before close resolved");
      const got: number[] = [];
      const next = world.bus().listen(contract, ({ n }) => void got.push(n), { name: "drain" });
      await next.start();
      await next.publish(contract, item(99));
      await world.until("the marker arrives", () => got.includes(99));
      assertEqual(got, [99], "what came to the next instance");
    },
  },
  {
    id: "L5",
    promise:
      "close gives up a handler that never ends: it is named, its signal fires, its event comes elsewhere",
    needs: "durable",
    async run(world) {
      const contract = world.item({ durable: true });
      let signal: AbortSignal | undefined;
      let late: (() => Promise<unknown>) | undefined;
      const bus = world.bus().listen(
        contract,
        (_, context) => {
          signal = context.signal;
          late = () => context.publish(contract, item(1000));
          return new Promise<void>(() => {});
        },
        { name: "endless" },
      );
      await bus.start();
      const { id } = await bus.publish(contract, item(1));
      await world.until("it runs", () => signal !== undefined);
      const closed = bus.close({ timeoutMs: 500 });
      for (const _ of numbers(5)) await world.pass(100);
      const { left } = await closed;
      assertEqual(left, [{ listener: "endless", contract: contract.name, id }], "left");
      assertThat(signal?.aborted === true, "its signal is aborted");
      if (late !== undefined) await assertRejects(late(), "PUBLISH_CONTEXT_ENDED", "publish afterwards");
      const got: { n: number; attempt: number }[] = [];
      const next = world
        .bus()
        .listen(contract, ({ n }, { attempt }) => void got.push({ n, attempt }), { name: "endless" });
      await next.start();
      await world.until("it comes elsewhere", () => got.length > 0);
      assertEqual(got, [{ n: 1, attempt: 2 }], "what came elsewhere");
    },
  },
  {
    id: "L6",
    promise: "what was received and not started when close was called reaches another instance at once",
    needs: "durable",
    async run(world) {
      const contract = world.item({ durable: true, keyed: true });
      const { opened, open } = gate();
      const started: number[] = [];
      const bus = world.bus().listen(
        contract,
        async ({ n }) => {
          started.push(n);
          await opened;
        },
        { name: "prefetched", concurrency: 2 },
      );
      await bus.start();
      for (const n of numbers(20)) await bus.publish(contract, item(n, "one key"));
      await world.until("one runs", () => started.length === 1);
      const got: { n: number; attempt: number }[] = [];
      const closed = bus.close();
      const next = world.bus().listen(contract, ({ n }, { attempt }) => void got.push({ n, attempt }), {
        name: "prefetched",
        concurrency: 2,
      });
      await next.start();
      await world.until("the others come to the next instance", () => got.length >= 19);
      open();
      await closed;
      assertEqual(started, [0], "handlers that started here");
      const rest = numbers(20).slice(1);
      assertEqual(
        got.map(({ n }) => n),
        rest,
        "what came to the next instance",
      );
      if (world.features.attemptCount === "returns") return;
      assertThat(
        got.every(({ attempt }) => attempt === 1),
        "what was not started counts as no attempt",
      );
    },
  },
  {
    id: "L7",
    promise: "close can be called before start, twice, ten times at once, and from inside a handler",
    async run(world) {
      const unstarted = world.bus();
      assertEqual(await unstarted.close(), { left: [] }, "before start");
      await assertRejects(unstarted.start(), "BUS_CLOSED", "start after close");
      const contract = world.item();
      const bus = world.bus();
      let closed: Promise<unknown> | undefined;
      bus.listen(
        contract,
        () => {
          closed = bus.close();
        },
        { scope: "broadcast" },
      );
      const starting = bus.start();
      await starting;
      await bus.publish(contract, item(1));
      await world.until("the handler has called close", () => closed !== undefined);
      await Promise.all(numbers(10).map(() => bus.close()));
      await closed;
      const during = world.bus();
      const started = during.start().catch(() => {});
      await during.close();
      await started;
      await assertRejects(
        during.publish(contract, item(1)),
        "PUBLISH_CLOSED",
        "publish after a close during start",
      );
    },
  },
  {
    id: "L8",
    promise: "no handler starts after close was called, and none runs after it resolved",
    async run(world) {
      const contract = world.item();
      const calls: string[] = [];
      let phase = "open";
      const bus = world.bus().listen(
        contract,
        async () => {
          calls.push(phase);
          await turn();
          calls.push(`${phase} end`);
        },
        { name: world.name("phases"), scope: "broadcast" },
      );
      await bus.start();
      const publisher = world.bus();
      await publisher.start();
      for (const n of numbers(50)) await publisher.publish(contract, item(n));
      phase = "closing";
      const closed = bus.close();
      for (const n of numbers(50)) await publisher.publish(contract, item(n));
      await closed;
      phase = "closed";
      await publisher.publish(contract, item(1));
      for (const _ of numbers(5)) await world.pass(1);
      assertEqual(
        calls.filter((call) => call === "closing" || call.startsWith("closed")),
        [],
        "calls after close",
      );
    },
  },
  {
    id: "L10",
    promise: "without a server the start fails with a typed error, and a later one succeeds",
    needs: "link",
    async run(world) {
      const contract = world.item({ durable: world.features.durable });
      const got: number[] = [];
      const bus = world.bus().listen(contract, ({ n }) => void got.push(n), { name: "late" });
      world.link.cut();
      await assertRejects(bus.start(), "BROKER_FAILED", "start without a server");
      assertEqual(bus.state, "idle", "state after it");
      await world.link.heal();
      await bus.start();
      await bus.publish(contract, item(1));
      await world.until("events arrive", () => got.length > 0);
    },
  },
  {
    id: "L11",
    promise: "a second start, and a start after close, are refused",
    async run(world) {
      const bus = world.bus();
      await bus.start();
      await assertRejects(bus.start(), "BUS_ALREADY_STARTED", "second start");
      await bus.close();
      await assertRejects(bus.start(), "BUS_CLOSED", "start after close");
    },
  },
  {
    id: "L14",
    promise:
      "a handler over its time fails with a typed error, its signal fires, and its late result has no effect",
    needs: "nack",
    async run(world) {
      const contract = world.item({ durable: world.features.durable });
      const late = gate();
      const seen: { attempt: number; context: HandlerContext }[] = [];
      const bus = world.bus().listen(
        contract,
        async (_, context) => {
          seen.push({ attempt: context.attempt, context });
          if (context.attempt === 1) await late.opened;
        },
        { name: "limited", timeoutMs: 200, retry: { immediate: 1, delayed: 0 } },
      );
      await bus.start();
      await bus.publish(contract, item(1));
      await world.until("it runs", () => seen.length === 1);
      const { signal } = seen[0]?.context ?? {};
      await world.pass(190);
      assertEqual(signal?.aborted, false, "the signal before the limit");
      for (const _ of numbers(10)) await world.pass(10);
      await world.until("the second try", () => seen.length === 2);
      assertEqual(signal?.aborted, true, "the signal after the limit");
      late.open();
      await bus.idle();
      await world.pass(50);
      const codes = world.failures.map(({ error }) =>
        error instanceof Error && "code" in error ? error.code : error,
      );
      assertEqual(codes, ["HANDLER_TIMEOUT"], "failures");
      assertEqual(
        seen.map(({ attempt }) => attempt),
        [1, 2],
        "attempts",
      );
    },
  },
  {
    id: "L15",
    promise: "correlation and causation go along from publish to handle to publish",
    async run(world) {
      const [first, second, third] = [world.item(), world.item(), world.item()];
      const seen: unknown[] = [];
      const scope = "broadcast";
      const bus = world.bus();
      bus.listen(first, async ({ n }, context) => void (await context.publish(second, item(n))), { scope });
      bus.listen(second, async ({ n }, context) => void (await context.publish(third, item(n))), { scope });
      bus.listen(
        third,
        (_, { envelope: { headers } }) => {
          seen.push([headers.correlationid, headers.causationid]);
        },
        { scope },
      );
      const middle = bus.events();
      await bus.start();
      const { id } = await bus.publish(first, item(1));
      await world.until("the third arrives", () => seen.length > 0);
      await middle.next();
      const published = await middle.next();
      assertEqual(seen, [[id, published.value?.envelope.id]], "correlation and causation");
    },
  },
  {
    id: "L16",
    promise: "middleware runs in the order given on both sides, can add headers, and can stop an event",
    async run(world) {
      const contract = world.item();
      const steps: string[] = [];
      const named = (name: string): NonNullable<Parameters<typeof world.bus>[0]>["middleware"] => [
        {
          async publish(_envelope, _contract, next) {
            steps.push(`${name} publish`);
            await next();
          },
          handle(_envelope, _contract, next) {
            steps.push(`${name} handle`);
            return next();
          },
        },
      ];
      const bus = world.bus({
        middleware: [
          ...(named("outer") ?? []),
          {
            async publish(envelope, _contract, next) {
              if (envelope.headers.stop === "yes") return;
              const headers = { ...envelope.headers, added: "by middleware" };
              const { specversion, id, source, type, time, payload, subject } = envelope;
              await next({ specversion, id, source, type, time, payload, subject, headers });
              if (envelope.headers.twice === "yes") await next();
            },
            handle(envelope, _contract, next) {
              return envelope.headers.hidden === "yes" ? undefined : next();
            },
          },
          ...(named("inner") ?? []),
        ],
      });
      bus.listen(contract, ({ n }, { envelope }) => void steps.push(`${n} ${envelope.headers.added}`), {
        scope: "broadcast",
      });
      await bus.start();
      await bus.publish(contract, item(1));
      await world.until("the first arrives", () => steps.includes("1 by middleware"));
      await assertRejects(
        bus.publish(contract, item(2), { headers: { stop: "yes" } }),
        "PUBLISH_STOPPED",
        "stopped",
      );
      await bus.publish(contract, item(3), { headers: { hidden: "yes" } });
      await assertRejects(
        bus.publish(contract, item(4), { headers: { twice: "yes" } }),
        "PUBLISH_FAILED",
        "twice",
      );
      await world.until("the last arrives", () => steps.includes("4 by middleware"));
      const first = ["outer publish", "inner publish", "outer handle", "inner handle", "1 by middleware"];
      assertEqual(steps.slice(0, 5), first, "first event");
      assertThat(!steps.some((step) => /^[23] /.test(step)), "stopped events are not handled");
    },
  },
  {
    id: "L17",
    promise: "user callbacks that throw are reported and disturb nobody",
    async run(world) {
      const contract = world.item();
      const got: number[] = [];
      const bus = world.bus({
        middleware: [
          {
            handle(_envelope, _contract, next, { name }) {
              if (name === "broken") throw new Error("middleware");
              return next();
            },
          },
        ],
      });
      bus.onError(() => {
        throw new Error("hook");
      }, RangeError);
      bus.listen(contract, () => {}, { name: "broken", scope: "broadcast" });
      bus.listen(
        contract,
        ({ n }) => {
          got.push(n);
          if (n === 1) throw new RangeError("handler");
        },
        { name: "listener", scope: "broadcast" },
      );
      await bus.start();
      for (const n of [1, 2]) await bus.publish(contract, item(n));
      await world.until("both arrive at both", () => got.length >= 2 && world.failures.length >= 2);
      await bus.idle();
      assertEqual([got, world.failures.length], [[1, 2], 2], "handled, reported to the other hook");
    },
  },
  {
    id: "L18",
    promise: "states are told in order, and nothing after closed",
    async run(world) {
      const bus = world.bus();
      const told: string[] = [];
      const reading = (async () => {
        for await (const change of bus.status()) {
          told.push(change.kind === "bus" ? change.state : `broker ${change.status}`);
        }
      })();
      await bus.start();
      await bus.close();
      await reading;
      const wanted = [
        "starting",
        "broker connecting",
        "broker open",
        "running",
        "draining",
        "broker closed",
        "closed",
      ];
      assertEqual(told, wanted, "states");
    },
  },
  {
    id: "L19",
    promise: "health tells of each listener whether it consumes",
    async run(world) {
      const contract = world.item();
      const bus = world.bus().listen(contract, () => {}, { name: "well", scope: "broadcast" });
      assertEqual(bus.health().healthy, false, "before start");
      await bus.start();
      const { healthy, listeners, brokers } = bus.health();
      assertEqual(
        { healthy, listeners, status: brokers.map(({ status }) => status) },
        {
          healthy: true,
          listeners: [{ name: "well", contracts: [contract.name], consuming: true, paused: false, open: 0 }],
          status: ["open"],
        },
        "while running",
      );
      await bus.close();
      assertEqual(bus.health().healthy, false, "after close");
    },
  },
  {
    id: "L21",
    promise: "many requests at once each get their own answer, also out of order; a late one is dropped",
    needs: "requestReply",
    async run(world) {
      const count = world.volume(100, 1000);
      const query = world.query();
      const { opened, open } = gate();
      const answers: (() => void)[] = [];
      const server = world.bus().listen({
        contract: query,
        handle: async ({ n }) => {
          if (n < 0) await opened;
          else await new Promise<void>((resolve) => answers.push(resolve));
          return n * 2;
        },
      });
      await server.start();
      const caller = world.bus();
      await caller.start();
      const asked = numbers(count).map((n) => caller.ask(query, item(n)));
      await world.until("all have arrived", () => answers.length >= count);
      for (const answer of answers.toReversed()) answer();
      assertEqual(
        await Promise.all(asked),
        numbers(count).map((n) => n * 2),
        "answers",
      );
      const late = assertRejects(caller.ask(query, item(-1), { timeoutMs: 100 }), "REQUEST_TIMEOUT", "late");
      await turn();
      for (const _ of numbers(11)) await world.pass(10);
      await late;
      open();
      await server.idle();
      await caller.idle();
    },
  },
];
