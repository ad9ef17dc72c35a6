import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type EventBus,
  LocalBroker,
  LocalStore,
  MemoryOutbox,
  Outbox,
  type OutboxRecord,
  type OutboxStore,
  type Serializer,
  withHeaders,
} from "@eventwright/runtime";
import { defineChannel, defineCommand, defineEvent } from "@eventwright/runtime/contract";
import { DelegatingBroker, VirtualClock } from "@eventwright/runtime/testing";
import { afterAll, expect, test } from "vitest";
import { makeBus, makeTimedBus } from "./make-bus.js";

const payload = (): undefined => undefined;
const channel = defineChannel({ name: "orders", address: "orders", durable: true });
const Placed = defineEvent<number>({ name: "Placed", channel, type: "Placed", version: 1, payload });
const Named = defineEvent<string>({ name: "Named", channel, type: "Named", version: 1, payload });
const Cancel = defineCommand<number, number>({
  name: "Cancel",
  channel,
  type: "Cancel",
  version: 1,
  payload,
  reply: payload,
});

const folder = mkdtempSync(join(tmpdir(), "eventwright-outbox-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A table in a file: each commit and each removal is one line, written in one go. */
class FileOutbox implements OutboxStore<OutboxRecord[]> {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  add(record: OutboxRecord, transaction: OutboxRecord[]): void {
    transaction.push(record);
  }

  commit(transaction: readonly OutboxRecord[]): void {
    this.#append({ added: transaction });
  }

  read(limit: number): readonly OutboxRecord[] {
    const records = new Map<string, OutboxRecord>();
    const lines = existsSync(this.#path) ? readFileSync(this.#path, "utf8").split("\n").filter(Boolean) : [];
    for (const line of lines) {
      const { added = [], removed = [] } = JSON.parse(line);
      for (const record of added) records.set(record.id, record);
      for (const id of removed) records.delete(id);
    }
    return [...records.values()].slice(0, limit);
  }

  remove(removed: readonly string[]): void {
    this.#append({ removed });
  }

  #append(line: object): void {
    const file = openSync(this.#path, "a");
    appendFileSync(file, `${JSON.stringify(line)}\n`);
    fsyncSync(file);
    closeSync(file);
  }
}

test("outbox: what is committed is sent in order, with the ids that publish gave; what is rolled back never is", async () => {
  const { bus } = makeBus();
  const got: { n: number; id: string }[] = [];
  bus.listen(Placed, (n, { envelope }) => void got.push({ n, id: envelope.id }), { name: "ledger" });
  await bus.start();
  const store = new MemoryOutbox();
  const outbox = new Outbox({ bus, store, batch: 2 });
  const [kept, dropped, open] = [store.begin(), store.begin(), store.begin()];
  const published = [];
  for (const n of [1, 2, 3]) published.push(await outbox.within(kept).publish(Placed, n));
  await outbox.within(dropped).publish(Placed, 100);
  await outbox.within(open).publish(Placed, 4);
  expect(await outbox.flush()).toBe(0);
  kept.commit();
  dropped.rollback();
  dropped.commit();
  expect(await outbox.flush()).toBe(3);
  expect(got).toEqual(published.map(({ id, payload: n }) => ({ n, id })));
  open.commit();
  expect([await outbox.flush(), await outbox.flush()]).toEqual([1, 0]);
  await bus.close();
});

test("outbox: checks and middleware are for the moment of writing, and run once", async () => {
  const { bus } = makeBus({
    middleware: [{ publish: (envelope, _contract, next) => next(withHeaders(envelope, { tenant: "acme" })) }],
  });
  const got: unknown[] = [];
  bus.listen(Placed, (n, { envelope }) => void got.push([n, { ...envelope.headers }]), { name: "ledger" });
  await bus.start();
  const store = new MemoryOutbox();
  const outbox = new Outbox({ bus, store });
  const transaction = store.begin();
  const { headers } = await outbox.within(transaction).publish(Placed, 1, { headers: { a: "b" } });
  expect(headers).toEqual({ a: "b", tenant: "acme" });
  await expect(outbox.within(transaction).publish(Placed, Number.NaN)).rejects.toMatchObject({
    code: "PUBLISH_INVALID",
  });
  await expect(outbox.within(transaction).publish(Placed, 1, { headers: { id: "x" } })).rejects.toMatchObject(
    { code: "PUBLISH_INVALID" },
  );
  transaction.commit();
  expect(await outbox.flush()).toBe(1);
  expect(got).toEqual([[1, { a: "b", tenant: "acme" }]]);
  await bus.close();
});

test("outbox: what a handler writes has its correlation and causation", async () => {
  const { bus } = makeBus();
  const store = new MemoryOutbox();
  const outbox = new Outbox({ bus, store });
  const got: unknown[] = [];
  bus.listen(Named, (_, { envelope: { headers } }) => void got.push(headers.causationid), { name: "names" });
  bus.listen(
    Placed,
    async (n, { envelope }) => {
      const transaction = store.begin();
      await outbox.within(transaction, envelope).publish(Named, `order ${n}`);
      transaction.commit();
    },
    { name: "ledger" },
  );
  await bus.start();
  const { id } = await bus.publish(Placed, 1);
  await bus.idle();
  await outbox.flush();
  expect(got).toEqual([id]);
  await bus.close();
});

test("outbox: it keeps commands that are posted, options with them, and refuses what needs a reply", async () => {
  const { bus, clock } = makeTimedBus();
  const got: number[] = [];
  bus.listen({ contract: Cancel, options: { name: "cancels" }, handle: (n) => got.push(n) });
  await bus.start();
  const store = new MemoryOutbox();
  const outbox = new Outbox({ bus, store });
  const transaction = store.begin();
  await outbox.within(transaction).post(Cancel, 1, { delayMs: 100 });
  await expect(outbox.within(transaction).send(Cancel, 1)).rejects.toMatchObject({ code: "REQUEST_REFUSED" });
  transaction.commit();
  expect(await outbox.flush()).toBe(1);
  await clock.advance(99);
  expect(got).toEqual([]);
  await clock.advance(1);
  expect(got).toEqual([1]);
  await bus.close();
});

test("outbox: a broker that refuses holds up what is behind; it is sent once it can be", async () => {
  const { bus, failures, clock } = makeTimedBus();
  await bus.start();
  const store = new MemoryOutbox();
  const outbox = new Outbox({ bus, store, pollMs: 500 });
  const transaction = store.begin();
  for (const n of [1, 2]) await outbox.within(transaction).publish(Placed, n);
  transaction.commit();
  outbox.start();
  await clock.advance(1_200);
  expect(failures.map(({ error }) => error instanceof Error && "code" in error && error.code)).toEqual([
    "PUBLISH_UNROUTABLE",
    "PUBLISH_UNROUTABLE",
    "PUBLISH_UNROUTABLE",
  ]);
  const got: number[] = [];
  await bus.subscribe(Placed, (n) => void got.push(n), { name: "ledger" });
  await clock.advance(500);
  expect(got).toEqual([1, 2]);
  await outbox.close();
  await bus.close();
  expect(clock.pending).toBe(0);
});

test("outbox: an event that the broker cannot carry is refused when it is written", async () => {
  const { bus } = makeBus({ broker: new LocalBroker({ maxBytes: 10 }) });
  const store = new MemoryOutbox();
  const writing = new Outbox({ bus, store }).within(store.begin()).publish(Named, "much too long");
  await expect(writing).rejects.toMatchObject({ code: "PUBLISH_TOO_LARGE", outcome: "refused" });
});

test("outbox: closed while an event is on its way, it ends at once and leaves the event", async () => {
  class Silent extends DelegatingBroker {
    override publish(): Promise<void> {
      return new Promise(() => {});
    }
  }
  const { bus, failures } = makeBus({ broker: new Silent(new LocalBroker()) });
  await bus.start();
  const store = new MemoryOutbox();
  const outbox = new Outbox({ bus, store });
  const transaction = store.begin();
  await outbox.within(transaction).publish(Placed, 1);
  transaction.commit();
  const sent = outbox.flush();
  await outbox.close();
  expect([await sent, store.read(10).length, failures.length]).toEqual([0, 1, 0]);
  await bus.close();
});

test("outbox: a crash after sending sends again, with the same id", async () => {
  class Forgetful extends MemoryOutbox {
    forgets = true;
    override remove(ids: readonly string[]): void {
      if (!this.forgets) super.remove(ids);
      else throw new Error("the database is away");
    }
  }
  const { bus } = makeBus();
  const got: string[] = [];
  bus.listen(Placed, (_, { envelope }) => void got.push(envelope.id), { name: "ledger" });
  await bus.start();
  const store = new Forgetful();
  const transaction = store.begin();
  const { id } = await new Outbox({ bus, store }).within(transaction).publish(Placed, 1);
  transaction.commit();
  await new Outbox({ bus, store }).flush();
  store.forgets = false;
  await new Outbox({ bus, store }).flush();
  expect(got).toEqual([id, id]);
  await bus.close();
});

test("outbox: bytes that are no text come back as they were", async () => {
  const bytes = Uint8Array.of(0xff, 0x00, 0xfe);
  const serializer: Serializer = {
    contentType: "application/octet-stream",
    serialize: () => bytes,
    deserialize: (_contract, got) => [...got],
  };
  const store = new LocalStore();
  const make = (): EventBus =>
    makeBus({ serializer, broker: new LocalBroker({ store, isolation: "copy" }) }).bus;
  const bus = make();
  const got: unknown[] = [];
  bus.listen(Placed, (n) => void got.push(n), { name: "ledger" });
  await bus.start();
  const records = new MemoryOutbox();
  const outbox = new Outbox({ bus, store: records });
  const transaction = records.begin();
  await outbox.within(transaction).publish(Placed, 1);
  transaction.commit();
  await outbox.flush();
  await bus.idle();
  expect(got).toEqual([[...bytes]]);
  await bus.close();
});

const runtime = join(import.meta.dirname, "../../runtime/dist");

/** Commits two events and writes a third that is not committed; then it has no time left to send any. */
const program = (path: string): string => `
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { EventBus, LocalBroker, Outbox } from ${JSON.stringify(join(runtime, "index.js"))};
import { defineChannel, defineEvent } from ${JSON.stringify(join(runtime, "contract.js"))};

const channel = defineChannel({ name: "orders", address: "orders", durable: true });
const Placed = defineEvent({ name: "Placed", channel, type: "Placed", version: 1, payload: () => undefined });
const bus = new EventBus({ source: "killed", broker: new LocalBroker(), log: () => {} });
const store = { add: (record, transaction) => void transaction.push(record), read: () => [], remove: () => {} };
const outbox = new Outbox({ bus, store });
const [kept, open] = [[], []];
for (const n of [1, 2]) await outbox.within(kept).publish(Placed, n, { id: "id-" + n });
await outbox.within(open).publish(Placed, 3);
const file = openSync(${JSON.stringify(path)}, "a");
writeSync(file, JSON.stringify({ added: kept }) + "\\n");
fsyncSync(file);
closeSync(file);
console.log("committed");
setInterval(() => {}, 1_000);
`;

async function killOnceCommitted(child: ChildProcess): Promise<void> {
  let output = "";
  for await (const chunk of child.stdout ?? []) {
    output += chunk;
    if (output.includes("committed")) break;
  }
  child.kill("SIGKILL");
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}

test("outbox: what a process had committed when it was killed is sent by the next one", async () => {
  const path = join(folder, "killed");
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program(path)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await killOnceCommitted(child);
  const clock = new VirtualClock();
  const { bus } = makeBus({ clock, broker: new LocalBroker({ clock }) });
  const got: unknown[] = [];
  bus.listen(Placed, (n, { envelope: { id, source } }) => void got.push([n, id, source]), { name: "ledger" });
  await bus.start();
  const store = new FileOutbox(path);
  const outbox = new Outbox({ bus, store }).start();
  await clock.advance(0);
  expect(got).toEqual([
    [1, "id-1", "killed"],
    [2, "id-2", "killed"],
  ]);
  const transaction: OutboxRecord[] = [];
  await outbox.within(transaction).publish(Placed, 4);
  store.commit(transaction);
  await clock.advance(1_000);
  expect([got.length, store.read(10)]).toEqual([3, []]);
  await outbox.close();
  await bus.close();
});
