import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Validator } from "@eventwright/runtime/contract";
import { emitValidators } from "../../../generator/src/emit/emit-validators.js";
import type { OutputFile } from "../../../generator/src/emit/output-file.js";
import type { ContractSet, InnerSchema, PayloadType } from "../../../generator/src/model/contract.js";

/** A set whose channel carries one event for each schema; a `$ref` holds the name of another. */
export function setOf(
  schemas: Readonly<Record<string, InnerSchema>>,
  moduleOf: (name: string) => string = () => "types",
): ContractSet {
  const source = { file: "schemas/test.schema.json", line: 1, column: 1, pointer: "" };
  const types = Object.entries(schemas).map(
    ([name, schema]): PayloadType => ({
      key: name,
      name,
      module: moduleOf(name),
      schema,
      references: [],
      source,
    }),
  );
  return {
    types,
    channels: [
      {
        name: "test",
        address: "test",
        durable: false,
        parameters: [],
        source,
        names: {
          folder: "test",
          channel: "testChannel",
          channelModule: "test/channel",
          parameters: "TestParameters",
          publisher: "TestPublisher",
          publisherModule: "test/publisher",
          listener: "TestListener",
          listenersModule: "test/listeners",
          eventMap: "TestEvents",
        },
        contracts: types.map(({ key, name, module }) => ({
          kind: "event",
          name,
          channel: "test",
          type: `test.${name}.v1`,
          version: 1,
          payload: key,
          source,
          names: { module, publish: name, listener: `${name}Listener`, on: `on${name}` },
        })),
      },
    ],
  };
}

/** The validators of a set, by name: generated, written and imported. */
export async function importValidators(set: ContractSet): Promise<ReadonlyMap<string, Validator>> {
  const folder = mkdtempSync(join(tmpdir(), "eventwright-validators-"));
  try {
    const files = emitValidators(set, "ts");
    for (const { path, text } of files) write(join(folder, path), text);
    const modules = await Promise.all(files.filter(isJavaScript).map(({ path }) => load(join(folder, path))));
    return new Map(modules.flatMap((module) => Object.entries(module)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The validator of one schema. */
export async function compile(
  schema: InnerSchema,
  others: Readonly<Record<string, InnerSchema>> = {},
): Promise<Validator> {
  const validators = await importValidators(setOf({ Root: schema, ...others }));
  const validator = validators.get("validateRoot");
  if (validator === undefined) throw new Error("the module exports no validateRoot");
  return validator;
}

function isJavaScript({ path }: OutputFile): boolean {
  return path.endsWith(".js");
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

async function load(path: string): Promise<Readonly<Record<string, Validator>>> {
  return await import(/* @vite-ignore */ pathToFileURL(path).href);
}
