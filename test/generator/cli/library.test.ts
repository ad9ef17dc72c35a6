import * as eventwright from "eventwright";
import { describe, expect, test } from "vitest";
import { buildFirstChannel } from "../../../generator/src/commands/first-channel.js";
import { addFiles, makeFolder, readFiles } from "../../helpers/folders.js";

const { FindingsError, formatFinding, generate, listChannels, loadContracts, readConfig } = eventwright;

const makeWorkspace = (): string =>
  makeFolder(Object.fromEntries(buildFirstChannel("").map(({ path, text }) => [`schemas/${path}`, text])));

describe("generator as a library", () => {
  test("exports what the documentation names", () => {
    expect(Object.keys(eventwright).toSorted()).toEqual([
      "FindingsError",
      "UsageError",
      "checkPayloads",
      "formatFinding",
      "generate",
      "listChannels",
      "loadContracts",
      "readConfig",
    ]);
  });

  test("generates, and tells of every stage", async () => {
    const workingFolder = makeWorkspace();
    const stages: string[] = [];
    const report = await generate({ workingFolder, onStage: (stage) => stages.push(stage) });
    expect(stages).toEqual(["compare", "load", "emit", "write"]);
    expect(report).toMatchObject({ out: "generated", changed: [], removed: [], unchanged: [] });
    expect(Object.keys(readFiles(workingFolder)).filter((path) => path.startsWith("generated/"))).toEqual(
      report.created.map((path) => `generated/${path}`),
    );
  });

  test("does not read the config file unless asked to", async () => {
    const workingFolder = makeWorkspace();
    addFiles(workingFolder, { "eventwright.config.json": '{ "out": "lib" }' });
    expect(await generate({ workingFolder, check: true })).toMatchObject({ out: "generated" });
    const config = await readConfig(workingFolder);
    expect(await generate({ ...config, workingFolder, check: true })).toMatchObject({ out: "lib" });
  });

  test("lists channels, and loads the contract model", async () => {
    const workingFolder = makeWorkspace();
    const [orders] = await listChannels({ workingFolder });
    expect(orders).toMatchObject({ name: "orders", owner: "checkout", contracts: [{ name: "OrderPlaced" }] });
    const { set, inputs } = loadContracts({ schemas: "schemas", roots: [], workingFolder });
    expect(set.channels.map(({ name }) => name)).toEqual(["orders"]);
    expect(inputs.map(({ file }) => file)).toEqual([
      "schemas/orders/order-placed.schema.json",
      "schemas/orders/orders.channel.json",
    ]);
  });

  test("throws all findings at once, each with its place", async () => {
    const workingFolder = makeWorkspace();
    addFiles(workingFolder, { "schemas/a.channel.json": "{", "schemas/b.schema.json": "[" });
    const error: unknown = await generate({ workingFolder }).catch((reason: unknown) => reason);
    if (!(error instanceof FindingsError)) throw error;
    expect(error.findings.map(({ at }) => `${at.file}:${at.line}:${at.column}`)).toEqual([
      "schemas/a.channel.json:1:2",
      "schemas/b.schema.json:1:2",
    ]);
    expect(error.message).toBe(error.findings.map(formatFinding).join("\n"));
  });
});
