import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";

/**
 * GitHub's webhooks as schemas and example payloads that nobody here wrote: the npm packages
 * `@octokit/webhooks-schemas` (one draft-07 file) and `@octokit/webhooks-examples`.
 */
const require = createRequire(import.meta.url);
export const schemaFile: string = require.resolve("@octokit/webhooks-schemas/schema.json");
const examplesFile = join(
  dirname(require.resolve("@octokit/webhooks-examples/package.json")),
  "api.github.com/index.json",
);

interface SchemaFile {
  readonly definitions: { readonly [name: string]: Definition };
  readonly oneOf: readonly { readonly $ref: string }[];
}

interface Definition {
  readonly oneOf?: readonly { readonly $ref: string }[];
}

interface Payload {
  readonly [name: string]: unknown;
}

export interface WebhookExample {
  /** Name of the definition, which is also what the contract is made from: `star$created`. */
  readonly definition: string;
  readonly contract: string;
  /** Counted from 0 among the examples of its definition. */
  readonly index: number;
  readonly payload: Payload;
}

const readJson = <T>(file: string): T => JSON.parse(readFileSync(file, "utf8"));

const definitionName = (ref: string): string => ref.slice("#/definitions/".length);

/** `star$created` → `StarCreated`. */
export const contractName = (definition: string): string =>
  definition.replace(/(?:^|[^a-zA-Z0-9])+([a-zA-Z0-9])/g, (_, first: string) => first.toUpperCase());

/** The definitions of all single webhooks: those that the file's own union leads to, one level down. */
export function webhookDefinitions(): string[] {
  const { definitions, oneOf } = readJson<SchemaFile>(schemaFile);
  return oneOf
    .map(({ $ref }) => definitionName($ref))
    .flatMap((name) => definitions[name]?.oneOf?.map(({ $ref }) => definitionName($ref)) ?? [name])
    .sort();
}

/** Every example payload with the webhook that it is an example of. */
export function webhookExamples(): WebhookExample[] {
  const known = new Set(webhookDefinitions());
  const counts = new Map<string, number>();
  const examples = readJson<readonly { name: string; examples: readonly Payload[] }[]>(examplesFile);
  return examples.flatMap(({ name, examples: payloads }) =>
    payloads.map((payload) => {
      const definition = [`${name}$${String(payload.action)}`, `${name}$event`].find((it) => known.has(it));
      if (definition === undefined) throw new Error(`no webhook for an example of ${name}`);
      const index = counts.get(definition) ?? 0;
      counts.set(definition, index + 1);
      return { definition, contract: contractName(definition), index, payload };
    }),
  );
}

/** Writes `schemas/github.channel.json` with an event for every webhook, each a reference into the package's file. */
export async function writeWebhooksChannel(folder: string): Promise<{ schemas: string; root: string }> {
  const schemas = join(folder, "schemas");
  await mkdir(schemas, { recursive: true });
  const file = relative(schemas, schemaFile).replaceAll("\\", "/");
  const events = Object.fromEntries(
    webhookDefinitions().map((name) => [
      contractName(name),
      { payload: { $ref: `${file}#/definitions/${encodeURIComponent(name)}` } },
    ]),
  );
  await writeFile(
    join(schemas, "github.channel.json"),
    JSON.stringify({ channel: "github", events }, null, 2),
  );
  return { schemas, root: dirname(schemaFile) };
}
