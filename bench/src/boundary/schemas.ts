import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { posix } from "node:path";
import { fileURLToPath } from "node:url";

/** A JSON Schema that needs no other file: what the libraries beside us are given. */
export interface OneSchema {
  readonly [keyword: string]: unknown;
}

interface SchemaFile extends OneSchema {
  readonly $defs?: Readonly<Record<string, OneSchema>>;
  readonly definitions?: Readonly<Record<string, OneSchema>>;
}

/** Spelled as the libraries look for it. */
const draft07 = "http://json-schema.org/draft-07/schema#";

const shopSchemas = new URL("../../../schemas/", import.meta.url);
const webhooksFile = createRequire(import.meta.url).resolve("@octokit/webhooks-schemas/schema.json");

/** One of GitHub's webhooks with all the definitions that it leads to. */
export function webhookSchema(definition: string): OneSchema {
  const { definitions = {} }: SchemaFile = JSON.parse(readFileSync(webhooksFile, "utf8"));
  const used = new Map<string, OneSchema>();
  const root = { ...definitions[definition], $schema: draft07 };
  const visit = (schema: unknown): void =>
    forEachReference(schema, (reference) => {
      const name = decodeURIComponent(reference.slice("#/definitions/".length));
      const target = definitions[name];
      if (target === undefined || used.has(name)) return;
      used.set(name, target);
      visit(target);
    });
  visit(root);
  return { ...root, definitions: Object.fromEntries(used) };
}

/** A schema file of the shop, with all that it refers to as `definitions`. */
export function shopSchema(path: string): OneSchema {
  const definitions: Record<string, OneSchema> = {};
  const read = (file: string): OneSchema => {
    const text = readFileSync(fileURLToPath(new URL(file, shopSchemas)), "utf8");
    const { $schema: _dialect, $defs = {}, ...schema }: SchemaFile = JSON.parse(text);
    for (const [name, inner] of Object.entries($defs)) definitions[name] = rewrite(inner, file);
    return rewrite(schema, file);
  };
  const rewrite = (schema: OneSchema, file: string): OneSchema =>
    mapReferences(schema, (reference) => {
      if (reference.startsWith("#/$defs/")) return reference.replace("$defs", "definitions");
      const target = posix.join(posix.dirname(file), reference);
      const name = posix.basename(target, ".schema.json");
      definitions[name] ??= read(target);
      return `#/definitions/${name}`;
    });
  // The shop uses nothing that is new in 2020-12, and not every library knows that.
  return { $schema: draft07, ...read(path), definitions };
}

function forEachReference(value: unknown, visit: (reference: string) => void): void {
  JSON.stringify(value, (name, member: unknown) => {
    if (name === "$ref" && typeof member === "string") visit(member);
    return member;
  });
}

function mapReferences(schema: OneSchema, map: (reference: string) => string): OneSchema {
  return JSON.parse(JSON.stringify(schema), (name, member: unknown) =>
    name === "$ref" && typeof member === "string" ? map(member) : member,
  );
}
