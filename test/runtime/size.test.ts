import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");

async function bundle(program: string): Promise<{ readonly text: string; readonly gzipBytes: number }> {
  const { outputFiles } = await build({
    stdin: { contents: program, resolveDir: root, loader: "ts" },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    write: false,
    external: ["node:*"],
    alias: { "@eventwright/runtime": join(root, "runtime/src/index.ts") },
  });
  const text = outputFiles[0]?.text ?? "";
  return { text, gzipBytes: gzipSync(text, { level: 9 }).length };
}

test("size: the bus with the local broker is at most 22 KB, minified and gzipped", async () => {
  const { text, gzipBytes } = await bundle(`
    import { EventBus, LocalBroker } from "@eventwright/runtime";
    globalThis.bus = new EventBus({ source: "s", broker: new LocalBroker() });
  `);
  expect(text).toContain("bus is ");
  expect(text).not.toContain("an outbox keeps");
  expect(gzipBytes).toBeGreaterThan(5_000);
  expect(gzipBytes).toBeLessThanOrEqual(22 * 1024);
});

test("size: the bus with the local broker imports nothing, not even from Node", async () => {
  const { text } = await bundle(`
    import { EventBus, LocalBroker } from "@eventwright/runtime";
    globalThis.bus = new EventBus({ source: "s", broker: new LocalBroker() });
  `);
  expect(text).not.toMatch(/\bimport\b[^(]/);
  expect(text).not.toMatch(/\b(?:eval|Function)\(/);
});

test("size: what is not used falls away", async () => {
  const { text } = await bundle(`
    import { retry } from "@eventwright/runtime";
    globalThis.retry = retry;
  `);
  expect(text).toContain("afterMs");
  expect(text.length).toBeLessThan(400);
});
