import { createRequire } from "node:module";
import { compileFunction } from "node:vm";
import schemasafe from "@exodus/schemasafe";
import { Ajv } from "ajv";
import standaloneCode from "ajv/dist/standalone/index.js";
import addFormats from "ajv-formats";
import fastJson from "fast-json-stringify";
import { Compile } from "typebox/schema";
import { fromJSONSchema } from "zod";
import type { OneSchema } from "./schemas.js";

export type Check = (value: unknown) => boolean;

/** Libraries that check values against the same schemas, each with all formats that it has switched on. */
export const peers: ReadonlyMap<string, (schema: OneSchema) => Check> = new Map([
  ["ajv standalone", makeStandalone],
  ["ajv", makeAjv],
  ["zod 4", makeZod],
  ["TypeBox 1", makeTypeBox],
  ["schemasafe", makeSchemasafe],
]);

function makeAjv(schema: OneSchema): Check {
  return createAjv().compile(schema);
}

function makeStandalone(schema: OneSchema): Check {
  const ajv = createAjv();
  const code = standaloneCode.default(ajv, ajv.compile(schema));
  const module: { exports?: Check } = {};
  compileFunction(code, ["module", "exports", "require"])(module, {}, createRequire(import.meta.url));
  if (module.exports === undefined) throw new Error("ajv's code exports nothing");
  return module.exports;
}

function createAjv(): Ajv {
  const ajv = new Ajv({ strict: false, code: { source: true } });
  addFormats.default(ajv);
  return ajv;
}

function makeZod(schema: OneSchema): Check {
  const type = fromJSONSchema(schema);
  return (value) => type.safeParse(value).success;
}

function makeTypeBox(schema: OneSchema): Check {
  const compiled = Compile(schema);
  return (value) => compiled.Check(value);
}

function makeSchemasafe(schema: OneSchema): Check {
  const options = { isJSON: true, mode: "default", allowUnusedKeywords: true } as const;
  // Its own type is a check of JSON values, which `isJSON` promises ours to be.
  return schemasafe.validator(schema, options) as Check;
}

/** A serializer made for one schema. It checks nothing, and leaves out what the schema does not list. */
export function makeFastJson(schema: OneSchema): (value: unknown) => string {
  return fastJson(schema);
}
