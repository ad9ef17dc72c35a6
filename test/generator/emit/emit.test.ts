import { describe, expect, test } from "vitest";
import { emit } from "../../../generator/src/emit/emit.js";
import type { EmitOptions } from "../../../generator/src/emit/emit-sources.js";
import { setOf } from "../validators/compile.js";

const schemas = { First: { type: ["string"] }, Second: { $ref: "First" } } as const;

async function packageFile(options: EmitOptions): Promise<unknown> {
  const files = await emit(setOf(schemas), options);
  const text = files.find(({ path }) => path === "package.json")?.text;
  return text === undefined ? undefined : JSON.parse(text);
}

describe("emit", () => {
  test("gives files sorted by path, whatever the order of the model", async () => {
    const set = setOf(schemas, (name) => `test/${name.toLowerCase()}`);
    const files = await emit(set, { target: "ts" });
    const paths = files.map(({ path }) => path);
    expect(paths).toEqual([...paths].sort());
    const reversed = { ...set, types: set.types.toReversed() };
    expect(await emit(reversed, { target: "ts" })).toEqual(files);
  });

  test("gives each module one file for target ts, and two for target js; validators are always JavaScript", async () => {
    const [js, ts] = await Promise.all(
      (["js", "ts"] as const).map(async (target) => {
        const files = await emit(setOf(schemas), { target });
        return files.map(({ path }) => path).filter((path) => path.startsWith("types"));
      }),
    );
    expect(js).toEqual(["types.d.ts", "types.js", "types.validator.js"]);
    expect(ts).toEqual(["types.ts", "types.validator.d.ts", "types.validator.js"]);
  });

  test("refuses two files whose paths differ in case alone", async () => {
    const set = setOf(schemas, (name) => (name === "First" ? "test/same" : "test/Same"));
    await expect(emit(set, { target: "js" })).rejects.toThrow(/two generated files are called test\/\w+/i);
  });

  test("makes the output a package when it has a name", async () => {
    expect(await packageFile({ target: "js", package: { name: "@a/b" } })).toEqual({
      name: "@a/b",
      version: "0.0.0",
      private: true,
      type: "module",
      sideEffects: false,
      exports: {
        ".": { types: "./index.d.ts", default: "./index.js" },
        "./contracts": { types: "./contracts.d.ts", default: "./contracts.js" },
        "./test": { types: "./test/index.d.ts", default: "./test/index.js" },
        "./types": { types: "./types.d.ts", default: "./types.js" },
        "./package.json": "./package.json",
      },
      peerDependencies: { "@eventwright/runtime": "^0.1.0" },
    });
    const published = { name: "@a/b", version: "1.2.3", private: false };
    expect(await packageFile({ target: "ts", package: published })).toMatchObject({
      version: "1.2.3",
      exports: { ".": { types: "./index.ts", default: "./index.js" } },
    });
    expect(await packageFile({ target: "ts", package: published })).not.toHaveProperty("private");
    expect(await packageFile({ target: "ts" })).toBeUndefined();
  });
});
