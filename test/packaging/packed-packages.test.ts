import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codeBlock, quickStartBlock } from "./readme.js";

const repository = fileURLToPath(new URL("../..", import.meta.url));

/** The tarballs that users would get, installed in an empty project, and the README's quick start followed there. */
describe("packed packages", () => {
  const folder = mkdtempSync(join(tmpdir(), "eventwright-packed-"));
  const project = join(folder, "project");
  const run = (command: string, args: readonly string[], cwd = project): string =>
    execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

  beforeAll(() => {
    run(
      "npm",
      ["pack", "--silent", "--pack-destination", folder, "-w", "generator", "-w", "runtime"],
      repository,
    );
    run("mkdir", ["project"], folder);
    run("npm", ["init", "--yes"]);
    run("npm", ["pkg", "set", "type=module"]);
    const tarballs = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
    expect(tarballs.sort()).toEqual(["eventwright-0.1.0.tgz", "eventwright-runtime-0.1.0.tgz"]);
    const compiler = `typescript@${installedVersion("typescript")}`;
    run("npm", ["install", "--prefer-offline", ...tarballs.map((name) => join(folder, name)), compiler]);
  }, 300_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("follow the README's quick start, command by command", () => {
    const commands = quickStartBlock("sh", "eventwright init").match(/^npx [^#\n]+/gm) ?? [];
    expect(commands.map((command) => command.trim())).toEqual([
      "npx eventwright init",
      "npx eventwright generate",
    ]);
    for (const command of commands) run("npx", command.trim().split(" ").slice(1));

    writeFileSync(join(project, "main.ts"), quickStartBlock("ts", "new EventBus"));
    const [compile = "", start = ""] = quickStartBlock("sh", "tsc --strict").trim().split("\n");
    run("npx", compile.split(" ").slice(1));
    expect(run("node", start.split(" ").slice(1))).toBe(quickStartBlock("text", "receipt"));
  }, 120_000);

  it("offer the npm script that init added, which finds nothing to do", () => {
    expect(run("npm", ["run", "--silent", "generate", "--", "--check"])).toContain("up to date");
  }, 60_000);

  it.each(["redis", "amqp"])(
    "offer the %s broker, typed with what its page has installed",
    (broker) => {
      const page = readFileSync(join(repository, `docs/${broker}.md`), "utf8");
      const names = codeBlock(page, "sh", "npm install").match(/(?<= )(?!@eventwright)\S+$/gm) ?? [];
      expect(names).toContain("@types/node");
      const packages = names.map((name) => `${name}@${installedVersion(name)}`);
      run("npm", ["install", "--no-save", "--prefer-offline", ...packages]);
      writeFileSync(join(project, "broker.ts"), codeBlock(page, "ts", "new EventBus"));
      const flags = ["--strict", "--target", "es2022", "--module", "nodenext", "--types", "node"];
      expect(run("npx", ["tsc", ...flags, "--noEmit", "broker.ts"])).toBe("");
    },
    120_000,
  );

  it("bring the runtime without any dependency", () => {
    const manifest = JSON.parse(
      readFileSync(join(project, "node_modules/@eventwright/runtime/package.json"), "utf8"),
    );
    expect(manifest.dependencies ?? {}).toEqual({});
  });

  it("hold compiled files, licence and readme, and no sources or tests", () => {
    for (const name of ["eventwright", "@eventwright/runtime"]) {
      const files = readdirSync(join(project, "node_modules", name));
      expect(files).toEqual(expect.arrayContaining(["LICENSE", "README.md", "dist", "package.json"]));
      expect(files.filter((file) => /^(src|test|tsconfig)/.test(file))).toEqual([]);
    }
  });
});

function installedVersion(name: string): string {
  return JSON.parse(readFileSync(join(repository, "node_modules", name, "package.json"), "utf8")).version;
}
