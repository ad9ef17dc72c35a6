import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { EventContract } from "@eventwright/runtime/contract";
import { generate } from "eventwright";
import { makeWorkspaces, type Workspace } from "../generate/workspaces.js";

/** A payload with its generated contract, and with the name of its definition in the webhooks' schema file. */
export interface Payload {
  readonly name: string;
  readonly text: string;
  readonly contract: EventContract<unknown>;
  readonly definition: string;
}

const require = createRequire(import.meta.url);

/** Where ajv finds the same schemas. */
export const webhooksSchema: string = require.resolve("@octokit/webhooks-schemas/schema.json");

/** Webhooks of growing size, which `pick` finds the examples of: event, then action. */
const picks = [
  ["ping", undefined],
  ["star", "created"],
  ["issues", "opened"],
  ["pull_request", "opened"],
] as const;

/** Generates the contracts of GitHub's webhooks and loads those that have an example here. */
export async function makePayloads(): Promise<readonly Payload[]> {
  const { workspaces, remove } = makeWorkspaces();
  try {
    const workspace = workspaces.find(({ name }) => name === "webhooks");
    if (workspace === undefined) throw new Error("no workspace of webhooks");
    await generate({ workingFolder: workspace.folder, roots: ["webhooks-schemas"] });
    linkRuntime(workspace);
    const contracts: Contracts = await import(
      pathToFileURL(join(workspace.folder, "generated/github/index.js")).href
    );
    return picks.flatMap(([event, action]) => pick(contracts, event, action));
  } finally {
    remove();
  }
}

type Contracts = Readonly<Record<string, EventContract<unknown> | undefined>>;

interface Example {
  readonly name: string;
  readonly examples: readonly { readonly action?: string }[];
}

/** The first example that its contract takes. */
function pick(contracts: Contracts, event: string, action: string | undefined): readonly Payload[] {
  const file = join(
    dirname(require.resolve("@octokit/webhooks-examples/package.json")),
    "api.github.com/index.json",
  );
  const all: readonly Example[] = JSON.parse(readFileSync(file, "utf8"));
  const definition = `${event}$${action ?? "event"}`;
  const contract = contracts[contractName(definition)];
  const examples = all.find(({ name }) => name === event)?.examples ?? [];
  const value = examples.find((example) => example.action === action && contract?.is(example));
  if (contract === undefined || value === undefined) return [];
  const text = JSON.stringify(value);
  return [{ name: `${contract.name}, ${(text.length / 1000).toFixed(1)} kB`, text, contract, definition }];
}

function contractName(definition: string): string {
  return definition.replace(/(?:^|[^a-zA-Z0-9])+([a-zA-Z0-9])/g, (_, first: string) => first.toUpperCase());
}

/** Generated code imports the runtime as it would where it is installed. */
function linkRuntime({ folder }: Workspace): void {
  const runtime = dirname(require.resolve("@eventwright/runtime/package.json"));
  mkdirSync(join(folder, "node_modules/@eventwright"), { recursive: true });
  symlinkSync(runtime, join(folder, "node_modules/@eventwright/runtime"), "junction");
}
