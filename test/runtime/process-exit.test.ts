import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const runtime = join(import.meta.dirname, "../../runtime/dist");

/** A program on the built runtime, with events, failures, delayed retries and requests under way when it closes. */
const program = `
import { EventBus, LocalBroker } from ${JSON.stringify(join(runtime, "index.js"))};
import { defineChannel, defineEvent, defineQuery } from ${JSON.stringify(join(runtime, "contract.js"))};

const channel = defineChannel({ name: "c", address: "c", durable: true });
const payload = () => undefined;
const Happened = defineEvent({ name: "Happened", channel, type: "Happened", version: 1, payload });
const Asked = defineQuery({ name: "Asked", channel, type: "Asked", version: 1, payload, reply: payload });
const bus = new EventBus({ source: "exit", broker: new LocalBroker(), log: () => {} });
bus.listen(Happened, () => { throw new Error("fails"); }, { name: "retries", retry: { delayMs: 60_000 } });
bus.listen(Happened, () => new Promise(() => {}), { name: "endless", timeoutMs: 60_000 });
bus.listen({ contract: Asked, options: { name: "asked" }, handle: () => new Promise(() => {}) });
await bus.start();
for (let n = 0; n < 10; n++) await bus.publish(Happened, n);
bus.ask(Asked, 1).catch((error) => console.log(error.code));
const { left } = await bus.close({ timeoutMs: 50 });
console.log(left.length, process.getActiveResourcesInfo().filter((name) => name === "Timeout").length);
`;

test("life cycle: a process exits by itself after close, whatever was under way", async () => {
  const startedAt = performance.now();
  const run = promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program], {
    timeout: 10_000,
  });
  const { stdout, stderr } = await run;
  expect(stderr).toBe("");
  expect(stdout.trim().split("\n")).toEqual(["REQUEST_ABORTED", "11 0"]);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});
