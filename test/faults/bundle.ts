import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { build } from "esbuild";

/** Within node_modules, so that the program finds the client libraries. */
const folder = resolve("node_modules/.cache/eventwright-faults");

/**
 * Bundles the program of the run's processes with the runtime's sources as they are now, so that no build changes it
 * while the run lasts; to be called in the repository's root. Gives the program's path.
 */
export async function bundleClient(): Promise<string> {
  await mkdir(folder, { recursive: true });
  const outfile = resolve(folder, `client-${process.pid}.mjs`);
  const source = (name: string): string => resolve(`runtime/src/${name}.ts`);
  await build({
    entryPoints: [resolve("test/faults/processes/client.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    alias: {
      "@eventwright/runtime": source("index"),
      "@eventwright/runtime/amqp": source("amqp"),
      "@eventwright/runtime/contract": source("contract"),
      "@eventwright/runtime/redis": source("redis"),
      "@eventwright/runtime/testing": source("testing"),
    },
    sourcemap: "inline",
    logLevel: "warning",
  });
  return outfile;
}
