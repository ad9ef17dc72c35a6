import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generate } from "eventwright";
import { expect, test } from "vitest";
import { addFiles, makeFolder, readFiles } from "../helpers/folders.js";

const channel = '{ "channel": "a", "events": { "Happened": { "payload": { "type": "string" } } } }';
const manifestFile = ".eventwright-manifest.json";

const makeWorkspace = (): string =>
  makeFolder({ "schemas/a.channel.json": channel, "node_modules/.keep": "" });

/** The manifest with these files added, each with the digest of another. */
function claim(workingFolder: string, ...paths: readonly string[]): void {
  const path = join(workingFolder, "generated", manifestFile);
  const manifest: { files: Record<string, string> } = JSON.parse(readFileSync(path, "utf8"));
  const [digest = ""] = Object.values(manifest.files);
  for (const each of paths) manifest.files[each] = digest;
  writeFileSync(path, JSON.stringify(manifest));
}

test("attack 11: files that are not ours stay, whatever the manifest claims", async () => {
  const workingFolder = makeWorkspace();
  await generate({ workingFolder });
  addFiles(workingFolder, { "generated/mine.txt": "mine", "precious.txt": "precious" });
  claim(workingFolder, "mine.txt", "../precious.txt", join(workingFolder, "precious.txt"));
  await generate({ workingFolder }).catch(() => {});
  expect(readFiles(workingFolder)).toMatchObject({
    "generated/mine.txt": "mine",
    "precious.txt": "precious",
  });
});

test("attack 37: a manifest or record that lies is found out, and the output made anew", async () => {
  const workingFolder = makeWorkspace();
  await generate({ workingFolder });
  const wanted = readFiles(join(workingFolder, "generated"));
  const edited = `${wanted["a/happened.js"]}export const hidden = 1;\n`;
  addFiles(workingFolder, { "generated/a/happened.js": edited });
  claim(workingFolder, "a/happened.js");
  await generate({ workingFolder });
  expect(readFiles(join(workingFolder, "generated"))).toEqual(wanted);
});

test("attack 38: a file edited by hand is found by its whole content, also in its last line", async () => {
  const workingFolder = makeWorkspace();
  await generate({ workingFolder });
  const path = join(workingFolder, "generated/a/happened.validator.js");
  expect(existsSync(path)).toBe(true);
  writeFileSync(path, `${readFileSync(path, "utf8")}globalThis.pwned = 1;\n`);
  const report = await generate({ workingFolder, check: true });
  expect(report.changed).toEqual([expect.objectContaining({ path: "a/happened.validator.js" })]);
});
