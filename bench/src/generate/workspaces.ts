import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

/** A folder of its own with contracts in it, as a user would have them. */
export interface Workspace {
  readonly name: string;
  readonly folder: string;
  /** What json2ts is given: the same schemas. */
  readonly typesInput: string;
}

const shopSchemas = fileURLToPath(new URL("../../../schemas", import.meta.url));

/** Makes all workspaces below a temporary folder, which the caller removes. */
export function makeWorkspaces(): { readonly workspaces: readonly Workspace[]; readonly remove: () => void } {
  const base = mkdtempSync(join(tmpdir(), "eventwright-bench-"));
  const workspaces = [makeShop(base), makeWebhooks(base), makeCopies(base, 500)];
  return { workspaces, remove: () => rmSync(base, { recursive: true, force: true }) };
}

/** The example shop. */
function makeShop(base: string): Workspace {
  const folder = makeFolder(base, "shop");
  cpSync(shopSchemas, join(folder, "schemas"), { recursive: true });
  return { name: "shop", folder, typesInput: "schemas/**/*.schema.json" };
}

/** An event for each webhook of GitHub, all in one schema file of a package. */
function makeWebhooks(base: string): Workspace {
  const folder = makeFolder(base, "webhooks");
  const file = createRequire(import.meta.url).resolve("@octokit/webhooks-schemas/schema.json");
  const schema: WebhooksFile = JSON.parse(readFileSync(file, "utf8"));
  const root = join(folder, "webhooks-schemas");
  cpSync(dirname(file), root, { recursive: true });
  const names = schema.oneOf.map(definitionName).flatMap((name) => {
    const actions = schema.definitions[name]?.oneOf?.map(definitionName);
    return actions ?? [name];
  });
  const events = Object.fromEntries(
    names.map((name) => {
      const $ref = `../../webhooks-schemas/schema.json#/definitions/${encodeURIComponent(name)}`;
      return [contractName(name), { payload: { $ref } }];
    }),
  );
  writeJson(join(folder, "schemas/github/github.channel.json"), { channel: "github", events });
  writeJson(join(folder, "eventwright.config.json"), { roots: [relative(folder, root)] });
  return { name: "webhooks", folder, typesInput: "webhooks-schemas/schema.json" };
}

/** Copies of the shop's order, each an event with a file of its own, fifty a channel; they share the shop's common types. */
function makeCopies(base: string, count: number): Workspace {
  const folder = makeFolder(base, "copies");
  cpSync(join(shopSchemas, "common"), join(folder, "schemas/common"), { recursive: true });
  const schema = readFileSync(join(shopSchemas, "orders/order.schema.json"), "utf8");
  for (let first = 0; first < count; first += 50) {
    const channel = `copies${first / 50}`;
    const numbers = Array.from({ length: Math.min(50, count - first) }, (_, index) => first + index);
    const events = numbers.map((number) => [
      `Copy${number}`,
      { payload: { $ref: `copy-${number}.schema.json` } },
    ]);
    writeJson(join(folder, `schemas/${channel}/${channel}.channel.json`), {
      channel,
      events: Object.fromEntries(events),
    });
    for (const number of numbers) {
      writeFileSync(join(folder, `schemas/${channel}/copy-${number}.schema.json`), schema);
    }
  }
  return { name: `${count} copies`, folder, typesInput: "schemas/**/*.schema.json" };
}

interface WebhooksFile {
  readonly definitions: { readonly [name: string]: { readonly oneOf?: readonly Reference[] } };
  readonly oneOf: readonly Reference[];
}

interface Reference {
  readonly $ref: string;
}

function definitionName({ $ref }: Reference): string {
  return $ref.slice("#/definitions/".length);
}

/** `check_run$completed` → `CheckRunCompleted`. */
function contractName(definition: string): string {
  return definition.replace(/(?:^|[^a-zA-Z0-9])+([a-zA-Z0-9])/g, (_, first: string) => first.toUpperCase());
}

function makeFolder(base: string, name: string): string {
  const folder = join(base, name);
  // The record of the last run is kept in here.
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  return folder;
}

function writeJson(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}

/** Generated code imports the runtime as it would where it is installed. */
export function linkRuntime(folder: string): void {
  const runtime = dirname(createRequire(import.meta.url).resolve("@eventwright/runtime/package.json"));
  mkdirSync(join(folder, "node_modules/@eventwright"), { recursive: true });
  symlinkSync(runtime, join(folder, "node_modules/@eventwright/runtime"), "junction");
}
