import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { generate } from "eventwright";
import { addFiles, makeFolder } from "./folders.js";

const runtime = fileURLToPath(new URL("../../runtime", import.meta.url));

/** What tests ask of a generated contract. */
export interface GeneratedContract {
  serialize(payload: unknown): Uint8Array;
  deserialize(bytes: Uint8Array): unknown;
  is(value: unknown): boolean;
}

export interface GeneratedContracts {
  /** The output folder. */
  readonly out: string;
  /** The contract of that name; throws for a name that there is none of. */
  contract(name: string): GeneratedContract;
}

/**
 * Generates code from files below `schemas/` (path to JSON value or text) and has Node import it, as users would; the
 * built runtime is beside it. `roots` are folders that references may lead into. Gone when the test is finished.
 */
export async function generateContracts(
  files: Readonly<Record<string, unknown>>,
  roots: readonly string[] = [],
): Promise<GeneratedContracts> {
  const folder = makeFolder();
  const texts = Object.entries(files).map(([path, content]) => [
    `schemas/${path}`,
    typeof content === "string" ? content : JSON.stringify(content),
  ]);
  addFiles(folder, Object.fromEntries(texts));
  // Below node_modules, Node imports it and not the test runner.
  const out = join(folder, "node_modules/contracts");
  mkdirSync(join(folder, "node_modules/@eventwright"), { recursive: true });
  symlinkSync(runtime, join(folder, "node_modules/@eventwright/runtime"));
  await generate({ workingFolder: folder, out, roots, package: "contracts" });
  const module: Readonly<Record<string, unknown>> = await import(pathToFileURL(join(out, "index.js")).href);
  return { out, contract: (name) => contractIn(module, name) };
}

function contractIn(module: Readonly<Record<string, unknown>>, name: string): GeneratedContract {
  const value = module[name];
  if (!isContract(value)) throw new Error(`no contract ${name} in ${Object.keys(module).join(", ")}`);
  return value;
}

function isContract(value: unknown): value is GeneratedContract {
  return typeof value === "object" && value !== null && "deserialize" in value;
}
