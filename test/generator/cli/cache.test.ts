import { execFileSync } from "node:child_process";
import { cpSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readRecord, recordPath, storeRecord } from "../../../generator/src/cache/run-record.js";
import { buildFirstChannel } from "../../../generator/src/commands/first-channel.js";
import { type GenerateReport, generate } from "../../../generator/src/generate.js";
import type { GenerateOptions } from "../../../generator/src/options.js";
import { buildManifestFile, contentDigest, MANIFEST_FILE } from "../../../generator/src/write/manifest.js";
import { addFiles, listFolder, makeFolder, readFiles } from "../../helpers/folders.js";

const bells = '{ "channel": "bells", "events": { "Rung": {} } }';

/** A working folder with a place for the record of the last run. */
const makeWorkspace = (): string => {
  const first = buildFirstChannel("").map(({ path, text }) => [`schemas/${path}`, text]);
  return makeFolder({ ...Object.fromEntries(first), "node_modules/.keep": "" });
};

const run = (workingFolder: string, options: GenerateOptions = {}): Promise<GenerateReport> =>
  generate({ workingFolder, ...options });

const stages = ({ times }: GenerateReport): string[] => Object.keys(times);

const recordFile = (folder: string): string => {
  const records = join(folder, "node_modules/.cache/eventwright");
  return join(records, readdirSync(records)[0] ?? "none");
};

describe("a run without changes", () => {
  test("only compares, and says the same as a full one", async () => {
    const folder = makeWorkspace();
    expect(stages(await run(folder))).toEqual(["compare", "load", "emit", "write"]);
    const before = listFolder(folder);
    const second = await run(folder);
    expect(stages(second)).toEqual(["compare"]);
    expect(listFolder(folder)).toEqual(before);
    rmSync(recordFile(folder));
    const { times: _, ...full } = await run(folder);
    const { times: __, ...quick } = second;
    expect(quick).toEqual(full);
  });

  test("is a full one where there is no node_modules to keep the record in", async () => {
    const folder = makeWorkspace();
    rmSync(join(folder, "node_modules"), { recursive: true });
    await run(folder);
    expect(stages(await run(folder))).toContain("emit");
  });
});

interface Change {
  readonly name: string;
  readonly change: (folder: string) => void;
  readonly options?: GenerateOptions;
}

const changes: readonly Change[] = [
  {
    name: "a schema changed",
    change: (folder) => edit(join(folder, "schemas/orders/order-placed.schema.json")),
  },
  { name: "a channel came", change: (folder) => addFiles(folder, { "schemas/bells.channel.json": bells }) },
  { name: "a schema came", change: (folder) => addFiles(folder, { "schemas/new.schema.json": "{}" }) },
  { name: "an output file changed", change: (folder) => edit(join(folder, "generated/index.js")) },
  {
    name: "an output file changed and kept its size and time",
    change: (folder) => {
      const path = "generated/orders/order-placed.js";
      const { atime, mtime } = statSync(join(folder, path));
      addFiles(folder, {
        [path]: (readFiles(folder)[path] ?? "").replace("orders.OrderPlaced.v1", "orders.OrderPlaced.v2"),
      });
      utimesSync(join(folder, path), atime, mtime);
    },
  },
  { name: "an output file went", change: (folder) => rmSync(join(folder, "generated/index.js")) },
  { name: "the manifest changed", change: (folder) => edit(join(folder, "generated", MANIFEST_FILE)) },
  { name: "the manifest went", change: (folder) => rmSync(join(folder, "generated", MANIFEST_FILE)) },
  { name: "the output went", change: (folder) => rmSync(join(folder, "generated"), { recursive: true }) },
  { name: "the target changed", change: () => {}, options: { target: "ts" } },
  { name: "the package changed", change: () => {}, options: { package: "contracts" } },
  { name: "the roots changed", change: () => {}, options: { roots: ["node_modules"] } },
  {
    name: "the record is for another output folder",
    change: (folder) => cpSync(join(folder, "generated"), join(folder, "lib"), { recursive: true }),
    options: { out: "lib" },
  },
  ...["", "null", "[]", '{"key":1}', '{"key":"","inputs":[["a"]],"manifest":""}', "{"].map((text) => ({
    name: `the record is ${text || "empty"}`,
    change: (folder: string) => writeFileSync(recordFile(folder), text),
  })),
];

describe("a run after changes is a full one", () => {
  test.each(changes)("$name", async ({ change, options = {} }) => {
    const folder = makeWorkspace();
    await run(folder);
    change(folder);
    expect(stages(await run(folder, options))).toEqual(["compare", "load", "emit", "write"]);
    expect(stages(await run(folder, options))).toEqual(["compare"]);
    const { created, changed, removed } = await run(folder, { ...options, check: true });
    expect({ created, changed, removed }).toEqual({ created: [], changed: [], removed: [] });
  });
});

test("a pipe in place of an output file is refused and not waited for", async () => {
  const folder = makeWorkspace();
  await run(folder);
  const path = join(folder, "generated/index.js");
  rmSync(path);
  execFileSync("mkfifo", [path]);
  await expect(run(folder)).rejects.toThrow(
    "cannot write to generated: index.js is a special file; expected a file",
  );
});

describe("the record of the last run", () => {
  test("is read as it was stored", () => {
    const path = join(makeFolder(), "deep/record.json");
    const record = { key: "k", inputs: new Map([["/a", "f00"]]), manifest: "f00" };
    storeRecord(path, record);
    expect(readRecord(path)).toEqual(record);
    expect(readdirSync(join(path, ".."))).toEqual(["record.json"]);
  });

  test.each([
    "",
    "null",
    "[]",
    '{"key":1,"inputs":[],"manifest":"m"}',
    '{"key":"k","inputs":[],"manifest":null}',
    '{"key":"k","inputs":7,"manifest":"m"}',
    '{"key":"k","inputs":"","manifest":"m"}',
    '{"key":"k","inputs":["ab"],"manifest":"m"}',
    '{"key":"k","inputs":[["a"]],"manifest":"m"}',
    '{"key":"k","inputs":[["a",1]],"manifest":"m"}',
    '{"key":"k","manifest":"m"}',
  ])("is none when it is not as we store it: %s", (text) => {
    expect(readRecord(join(makeFolder({ "record.json": text }), "record.json"))).toBeUndefined();
  });

  test("that cannot be stored is no harm", () => {
    const folder = makeFolder({ file: "" });
    storeRecord(join(folder, "file/record.json"), { key: "k", inputs: new Map(), manifest: "m" });
    expect(Object.keys(readFiles(folder))).toEqual(["file"]);
  });

  test("stands in the nearest node_modules, one for each output folder", () => {
    const folder = makeFolder({ "node_modules/.keep": "", "packages/a/package.json": "{}" });
    const inner = join(folder, "packages/a");
    const path = recordPath(inner, "/out");
    expect(path).toMatch(
      new RegExp(`^${join(folder, "node_modules/.cache/eventwright")}/[0-9a-f]{64}\\.json$`),
    );
    expect(recordPath(inner, "/other")).not.toBe(path);
  });
});

test("check never trusts the record of the last run", async () => {
  const folder = makeWorkspace();
  await run(folder);
  // Somebody hides code in an output file and makes manifest and record fit.
  const path = join(folder, "generated/orders/order-placed.js");
  edit(path);
  forge(folder);
  expect(stages(await run(folder))).toEqual(["compare"]);
  const { changed } = await run(folder, { check: true });
  expect(changed.map((file) => file.path)).toEqual([MANIFEST_FILE, "orders/order-placed.js"]);
});

/** Makes the manifest and the record say that the output is as it is. */
function forge(folder: string): void {
  const files = Object.entries(readFiles(join(folder, "generated"))).filter(
    ([path]) => path !== MANIFEST_FILE,
  );
  const manifest = buildManifestFile(files.map(([path, text]) => ({ path, text })));
  addFiles(folder, { [`generated/${MANIFEST_FILE}`]: manifest.text });
  const record: object = JSON.parse(readFileSync(recordFile(folder), "utf8"));
  writeFileSync(recordFile(folder), JSON.stringify({ ...record, manifest: contentDigest(manifest.text) }));
}

function edit(path: string): void {
  writeFileSync(path, "\n", { flag: "a" });
}
