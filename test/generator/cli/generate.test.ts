import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { buildFirstChannel } from "../../../generator/src/commands/first-channel.js";
import { addFiles, listFolder, makeFolder, readFiles } from "../../helpers/folders.js";
import { type CliResult, runCli } from "../../helpers/run-cli.js";

/** A working folder with the contracts that `init` makes. */
const makeWorkspace = (files: Readonly<Record<string, string>> = {}): string => {
  const first = buildFirstChannel("channel.schema.json").map(({ path, text }) => [`schemas/${path}`, text]);
  return makeFolder({ ...Object.fromEntries(first), ...files });
};

const generate = (folder: string, ...args: readonly string[]): CliResult =>
  runCli(folder, "generate", ...args);

const report = (folder: string, ...args: readonly string[]) =>
  JSON.parse(generate(folder, "--json", ...args).stdout);

const channel = (name: string, events: object): string => JSON.stringify({ channel: name, events }, null, 2);

describe("generate", () => {
  test("writes, then finds nothing to do and touches nothing", () => {
    const folder = makeWorkspace();
    const first = generate(folder);
    expect(first).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^generated: \d+ created\n$/),
      stderr: "",
    });
    const before = listFolder(folder);
    const second = generate(folder);
    expect(second).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^generated: \d+ files up to date\n$/),
      stderr: "",
    });
    expect(listFolder(folder)).toEqual(before);
  });

  test("counts what it did", () => {
    const folder = makeWorkspace({ "schemas/b/b.channel.json": channel("b", { Rung: {} }) });
    generate(folder);
    rmSync(join(folder, "schemas/b"), { recursive: true });
    rmSync(join(folder, "generated/orders/order-placed.js"));
    addFiles(folder, { "generated/index.js": "" });
    const { code, stdout } = generate(folder);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^generated: 1 created, \d+ changed, \d+ removed, \d+ unchanged\n$/);
    expect(Object.keys(readFiles(join(folder, "generated"))).some((path) => path.startsWith("b/"))).toBe(
      false,
    );
  });

  test("takes folders and target from flags, and these win over the config file", () => {
    const folder = makeWorkspace({
      "eventwright.config.json": '{"schemas":"none","out":"none","target":"js"}',
    });
    const { code, stdout } = generate(
      folder,
      "--schemas",
      "schemas",
      "--out",
      "src/contracts",
      "--target",
      "ts",
    );
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^src\/contracts: \d+ created\n$/),
    });
    const paths = Object.keys(readFiles(join(folder, "src/contracts")));
    expect(paths).toContain("orders/order-placed.ts");
    expect(paths).not.toContain("orders/order-placed.d.ts");
  });

  test("takes everything from the config file", () => {
    const config = {
      schemas: "contracts",
      out: "lib",
      target: "ts",
      package: { name: "@shop/contracts", version: "1.2.3" },
    };
    const [first] = buildFirstChannel("");
    const folder = makeFolder({
      "eventwright.config.json": JSON.stringify(config),
      "contracts/bells.channel.json": channel("bells", { Rung: {} }),
    });
    expect(first).toBeDefined();
    expect(generate(folder)).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(readFiles(join(folder, "lib"))["package.json"] ?? "")).toMatchObject(config.package);
  });

  test("prints one JSON object for machines", () => {
    const folder = makeWorkspace();
    const first = report(folder);
    expect(first).toMatchObject({ ok: true, out: "generated", changed: [], removed: [], unchanged: [] });
    expect(first.created).toEqual(Object.keys(readFiles(join(folder, "generated"))).toSorted());
    expect(Object.keys(first.times)).toEqual(["compare", "load", "emit", "write"]);
    for (const ms of Object.values(first.times)) expect(ms).toBeGreaterThanOrEqual(0);
    expect(report(folder)).toMatchObject({ ok: true, created: [], unchanged: first.created });
  });
});

describe("generate --check", () => {
  test("is quiet and ends with 0 when the output is as the contracts say", () => {
    const folder = makeWorkspace();
    generate(folder);
    const before = listFolder(folder);
    expect(generate(folder, "--check")).toMatchObject({ code: 0, stderr: "" });
    expect(listFolder(folder)).toEqual(before);
  });

  test("lists missing, changed and orphaned files with the command that mends it, and writes nothing", () => {
    const folder = makeWorkspace({ "schemas/b/b.channel.json": channel("b", { Rung: {} }) });
    generate(folder, "--out", "my contracts");
    rmSync(join(folder, "schemas/b"), { recursive: true });
    rmSync(join(folder, "my contracts/orders/order-placed.js"));
    const before = listFolder(folder);
    const { code, stdout, stderr } = generate(folder, "--check", "--out", "my contracts");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain("my contracts/orders/order-placed.js: missing\n");
    expect(stderr).toMatch(/^my contracts\/index\.js:\d+: expected ".*", got ".*"$/m);
    expect(stderr).toContain("my contracts/b/rung.js: orphaned\n");
    expect(stderr).toMatch(
      /^\d+ files not as the contracts say; to mend: eventwright generate --out 'my contracts'\n$/m,
    );
    expect(listFolder(folder)).toEqual(before);
    expect(generate(folder, "--out", "my contracts").code).toBe(0);
    expect(generate(folder, "--check", "--out", "my contracts").code).toBe(0);
  });

  test("finds a file that was edited by hand", () => {
    const folder = makeWorkspace();
    generate(folder);
    const path = "generated/orders/order-placed.js";
    addFiles(folder, { [path]: `${readFiles(folder)[path]}export const hidden = 1;\n` });
    expect(report(folder, "--check")).toMatchObject({
      ok: false,
      changed: [{ path: "orders/order-placed.js" }],
    });
    expect(generate(folder, "--check").code).toBe(1);
  });
});
