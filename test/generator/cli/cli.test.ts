import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { makeFolder } from "../../helpers/folders.js";
import { cli, runCli } from "../../helpers/run-cli.js";

const packageFile = fileURLToPath(new URL("../../../generator/package.json", import.meta.url));

describe("command line", () => {
  test("--version prints the version of the package", () => {
    const { version } = JSON.parse(readFileSync(packageFile, "utf8"));
    expect(runCli(makeFolder(), "--version")).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  test("--help names every command, and a command's help every option", () => {
    const { code, stdout, stderr } = runCli(makeFolder(), "--help");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const command of ["generate", "init", "list"])
      expect(stdout).toMatch(new RegExp(`^  ${command} `, "m"));
    const generate = runCli(makeFolder(), "generate", "--help");
    expect(generate).toMatchObject({ code: 0, stderr: "" });
    for (const option of ["--schemas <folder>", "--out <folder>", "--target <target>", "--check", "--json"]) {
      expect(generate.stdout).toContain(`  ${option}`);
    }
  });

  test("without a command prints the help as an error", () => {
    const { code, stdout, stderr } = runCli(makeFolder());
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^Usage: eventwright /);
  });

  test.each([
    [["--vesion"], "unknown option '--vesion' (Did you mean --version?)"],
    [["generat"], "unknown command 'generat' (Did you mean generate?)"],
    [["list", "--jsn"], "unknown option '--jsn' (Did you mean --json?)"],
    [["generate", "--out"], "option '--out <folder>' argument missing"],
    [["generate", "--out", ""], "out is empty; expected a folder"],
    [["init", "here"], "too many arguments for 'init'. Expected 0 arguments but got 1."],
    [["generate", "--no\nsuch\u001b[2K"], "unknown option '--no such\\u{1b}[2K'"],
  ])("%j is answered with one line", (args, message) => {
    expect(runCli(makeFolder(), ...args)).toEqual({ code: 2, stdout: "", stderr: `error: ${message}\n` });
  });

  test("prints no escape sequences where there is no terminal", () => {
    const folder = makeFolder({ "schemas/a.channel.json": "{" });
    const { stdout, stderr } = runCli(folder, "generate");
    expect(stdout + stderr).not.toContain("\u001b");
  });

  test("a reader that leaves early is no failure", async () => {
    const description = "x".repeat(4_000_000); // more than any pipe holds
    const channel = JSON.stringify({ channel: "a", description, events: { Rung: {} } });
    const folder = makeFolder({ "schemas/a.channel.json": channel });
    const child = spawn(process.execPath, [cli, "list", "--json"], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.stdout.once("data", () => child.stdout.destroy());
    const [code] = await once(child, "close");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  });
});
