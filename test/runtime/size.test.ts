import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build, type Plugin } from "esbuild";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");

/** Leaves out what is loaded once something asks for it. */
const withoutLoaded: Plugin = {
  name: "without what is loaded later",
  setup: ({ onResolve }) => {
    onResolve({ filter: /^\./ }, ({ kind, path }) =>
      kind === "dynamic-import" ? { path, external: true } : undefined,
    );
  },
};

async function bundle(program: string, plugins: readonly Plugin[] = [withoutLoaded]): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: root, loader: "ts" },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    write: false,
    external: ["node:*"],
    plugins: [...plugins],
    alias: {
      "@eventwright/runtime/contract": join(root, "runtime/src/contract.ts"),
      "@eventwright/runtime": join(root, "runtime/src/index.ts"),
    },
  });
  return outputFiles[0]?.text ?? "";
}

function gzipBytes(text: string): number {
  return gzipSync(text, { level: 9 }).length;
}

const core = `
  import { EventBus, LocalBroker } from "@eventwright/runtime";
  globalThis.bus = new EventBus({ source: "s", broker: new LocalBroker() });
`;

const plainEvents = `
  import { EventBus, LocalBroker } from "@eventwright/runtime";
  import { defineChannel, defineEvent } from "@eventwright/runtime/contract";
  const channel = defineChannel({ name: "c", address: "c", durable: false });
  const payload = (value) => (typeof value === "number" ? undefined : { path: "", expected: "a number", got: "none" });
  const Counted = defineEvent({ name: "Counted", channel, type: "c.Counted.v1", version: 1, payload });
  export async function run() {
    const told = [];
    const bus = new EventBus({ source: "s", broker: new LocalBroker(), log: (line) => told.push(line) });
    bus.listen(Counted, (count) => void told.push(count));
    bus.listen(Counted, async (count) => { throw new Error("no " + count); });
    await bus.start();
    await bus.publish(Counted, 1);
    await bus.publish(Counted, "one").catch(({ message }) => told.push(message));
    await bus.idle();
    await bus.close();
    return told;
  }
`;

test("size: the bus with the local broker is at most 19.4 KB, minified and gzipped", async () => {
  const text = await bundle(core);
  expect(text).toContain("bus is ");
  expect(text).not.toContain("an outbox keeps");
  expect(gzipBytes(text)).toBeGreaterThan(5_000);
  expect(gzipBytes(text)).toBeLessThanOrEqual(19.4 * 1024);
});

test("size: with all that can be loaded later it is at most 22.2 KB", async () => {
  const text = await bundle(core, []);
  expect(text).not.toMatch(/\bimport\(/);
  expect(gzipBytes(text)).toBeLessThanOrEqual(22.2 * 1024);
});

test("size: a bus of plain events loads nothing later, and with a contract is at most 23.3 KB", async () => {
  const text = await bundle(plainEvents);
  expect(gzipBytes(text)).toBeLessThanOrEqual(23.3 * 1024);
  // Whatever it wanted to load would not be found from there.
  const { run } = await import(`data:text/javascript;base64,${Buffer.from(text).toString("base64")}`);
  expect(await run()).toEqual([
    1,
    expect.stringContaining("failed Counted in Counted-listener-2 (id "),
    expect.stringContaining("expected a number"),
  ]);
});

test("size: the bus with the local broker imports nothing, not even from Node", async () => {
  const text = await bundle(core);
  expect(text).not.toMatch(/\bimport\b[^(]/);
  expect(text).not.toMatch(/\b(?:eval|Function)\(/);
});

test("size: what is not used falls away", async () => {
  const text = await bundle(`
    import { retry } from "@eventwright/runtime";
    globalThis.retry = retry;
  `);
  expect(text).toContain("afterMs");
  expect(text.length).toBeLessThan(400);
});
