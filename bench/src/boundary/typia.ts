import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { transform } from "esbuild";
import type { Check } from "./peers.js";

/** A type to check: its name, and the module that declares it. */
export interface TypeToCheck {
  readonly name: string;
  readonly module: string;
}

/**
 * What typia makes of our generated types, by their names: checks of the structure alone, as types know no formats.
 * Its own command compiles them in `folder`, with the compiler that typia needs.
 */
export async function makeTypiaChecks(
  types: readonly TypeToCheck[],
  folder: string,
): Promise<Readonly<Record<string, Check>>> {
  const typia = dirname(createRequire(import.meta.url).resolve("typia/package.json"));
  mkdirSync(join(folder, "in"), { recursive: true });
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(typia, join(folder, "node_modules/typia"), "junction");
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["in"] }));
  writeFileSync(join(folder, "in/checks.ts"), printChecks(types));
  const command = ["generate", "--input", "in", "--output", "out", "--project", "tsconfig.json"];
  const cli = join(typia, "lib/executable/typia.js");
  await promisify(execFile)(process.execPath, [cli, ...command], { cwd: folder });
  const { code } = await transform(readFileSync(join(folder, "out/checks.ts"), "utf8"), { loader: "ts" });
  const output = join(folder, "checks.js");
  writeFileSync(output, code);
  return import(pathToFileURL(output).href);
}

const compilerOptions = {
  target: "es2022",
  module: "nodenext",
  strict: true,
  skipLibCheck: true,
  types: [],
};

function printChecks(types: readonly TypeToCheck[]): string {
  const lines = types.flatMap(({ name, module }) => [
    `import type { ${name} as ${name}Type } from ${JSON.stringify(module)};`,
    `export const ${name} = typia.createIs<${name}Type>();`,
  ]);
  return ['import typia from "typia";', ...lines, ""].join("\n");
}
