import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildFirstChannel } from "../../../generator/src/commands/first-channel.js";
import { addFiles, listFolder, makeFolder } from "../../helpers/folders.js";
import { runCli } from "../../helpers/run-cli.js";

interface Case {
  readonly name: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly prepare?: (folder: string) => void;
  readonly args?: readonly string[];
  readonly code: 1 | 2;
  readonly stderr: string | RegExp;
}

const bells = (payload: string): Record<string, string> => ({
  "schemas/bells.channel.json": `{\n  "channel": "bells",\n  "events": { "Rung": { "payload": ${payload} } }\n}\n`,
});

/** One finding at a place, with the beginning of its message where that matters, and the line that counts. */
const finding = (start: string, rule: string): RegExp =>
  new RegExp(`^${escapeRegExp(start)}[^\\n]* \\[${rule}\\]\\n1 finding; nothing was written\\n$`);

const escapeRegExp = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");

const reference = "schemas/bells.channel.json:3:38 /events/Rung/payload/$ref:";

const cases: readonly Case[] = [
  {
    name: "broken JSON",
    files: { "schemas/bells.channel.json": '{\n  "channel": "bells",\n  "events": { "Rung": }\n}\n' },
    code: 1,
    stderr: finding("schemas/bells.channel.json:3:23 /events/Rung", "json-syntax"),
  },
  {
    name: "a reference to nowhere",
    files: bells('{ "$ref": "nowhere.schema.json" }'),
    code: 1,
    stderr: finding(`${reference} cannot follow the reference "nowhere.schema.json"`, "reference-to-nowhere"),
  },
  {
    name: "a reference to a place that is not there",
    files: bells('{ "$ref": "orders/order-placed.schema.json#/$defs/none" }'),
    code: 1,
    stderr: finding(`${reference} cannot follow the reference`, "reference-to-nowhere"),
  },
  {
    name: "a reference out of the roots",
    files: { ...bells('{ "$ref": "../outside.schema.json" }'), "outside.schema.json": "{}" },
    code: 1,
    stderr: finding(`${reference} cannot follow the reference "../outside.schema.json"`, "outside-roots"),
  },
  {
    name: "a reference to the network",
    files: bells('{ "$ref": "http://169.254.169.254/latest" }'),
    code: 1,
    stderr: finding(
      `${reference} cannot follow the reference "http://169.254.169.254/latest"`,
      "unknown-address",
    ),
  },
  {
    name: "a cycle without data",
    files: {
      ...bells('{ "$ref": "a.schema.json" }'),
      "schemas/a.schema.json": '{ "$ref": "b.schema.json" }',
      "schemas/b.schema.json": '{ "$ref": "a.schema.json" }',
    },
    code: 1,
    stderr: finding("schemas/a.schema.json:1:3 /$ref", "reference-cycle"),
  },
  {
    name: "duplicate keys",
    files: bells('{ "type": "string",\n    "type": "number" }'),
    code: 1,
    stderr: finding("schemas/bells.channel.json:4:5 /events/Rung/payload/type", "duplicate-member"),
  },
  {
    name: "two contracts with one name",
    files: { "schemas/bells.channel.json": '{ "channel": "bells", "events": { "OrderPlaced": {} } }' },
    code: 1,
    stderr:
      /^schemas\/orders\/orders\.channel\.json:7:5 \/events\/OrderPlaced: .* schemas\/bells\.channel\.json:1:35.* \[name-clash\]$/m,
  },
  {
    name: "several findings at once",
    files: { "schemas/a.channel.json": '{ "chanel": "a", "events": {} }', ...bells('{ "type": "int" }') },
    code: 1,
    stderr:
      /^schemas\/a\.channel\.json:1:3 \/chanel: [\s\S]*^schemas\/bells\.channel\.json:3:38 \/events\/Rung\/payload\/type: [\s\S]*^\d findings; nothing was written\n$/m,
  },
  {
    name: "a file name that forges findings and workflow commands",
    files: { "schemas/::error::\u001b[2K\nschemas/x.json:1:1: forged [rule].channel.json": "{" },
    code: 1,
    stderr: finding(
      String.raw`schemas/::error::\u{1b}[2K\u{a}schemas/x.json:1:1: forged [rule].channel.json:1:2`,
      "json-syntax",
    ),
  },
  {
    name: "no schemas",
    args: ["--schemas", "none"],
    code: 2,
    stderr: 'error: cannot read the schemas in "none": expected a folder\n',
  },
  {
    name: "a config file with an unknown member",
    files: { "eventwright.config.json": '{\n  "ouput": "lib"\n}' },
    code: 1,
    stderr: finding(
      'eventwright.config.json:2:3 /ouput: unknown member "ouput"; did you mean "out"?',
      "config-unknown-member",
    ),
  },
  {
    name: "an output folder that holds foreign files",
    files: { "src/app.ts": "let a = 1;" },
    args: ["--out", "src"],
    code: 2,
    stderr:
      "error: cannot write to src: it holds files that were not generated, such as app.ts; name an empty folder or remove them\n",
  },
  {
    name: "a foreign file where a generated one belongs",
    prepare: (folder) => {
      addFiles(folder, { ...bells("true"), "generated/bells/rung.js": "mine" });
    },
    code: 2,
    stderr:
      "error: cannot write to generated: bells/rung.js was not generated and stands where a generated file belongs; move it away\n",
  },
  {
    name: "an output folder that cannot be made",
    files: { notes: "" },
    args: ["--out", "notes/generated"],
    code: 2,
    stderr: "error: cannot read notes/generated: not a directory\n",
  },
  {
    name: "a symbolic link as output folder",
    prepare: (folder) => {
      renameSync(join(folder, "generated"), join(folder, "elsewhere"));
      symlinkSync(join(folder, "elsewhere"), join(folder, "generated"));
    },
    code: 2,
    stderr: "error: cannot write to generated: it is a symbolic link; name the folder itself\n",
  },
  {
    name: "a symbolic link in the output folder",
    prepare: (folder) => {
      mkdirSync(join(folder, "elsewhere"));
      symlinkSync(join(folder, "elsewhere"), join(folder, "generated/bells"));
      addFiles(folder, bells("true"));
    },
    code: 2,
    stderr: "error: cannot write to generated: bells is a symbolic link; expected a folder\n",
  },
  {
    name: "the schemas as output folder",
    args: ["--out", "schemas"],
    code: 2,
    stderr: "error: cannot write to schemas: it holds the schemas; name a folder of its own\n",
  },
  {
    name: "an unknown option",
    args: ["--chek"],
    code: 2,
    stderr: "error: unknown option '--chek' (Did you mean --check?)\n",
  },
  {
    name: "an unknown target",
    args: ["--target", "python"],
    code: 2,
    stderr: "error: option '--target <target>' argument 'python' is invalid. Allowed choices are js, ts.\n",
  },
];

/** The contracts that `init` makes, and what is generated from them. */
const template = mkdtempSync(join(tmpdir(), "eventwright-test-"));

beforeAll(() => {
  const first = buildFirstChannel("channel.schema.json").map(({ path, text }) => [`schemas/${path}`, text]);
  addFiles(template, Object.fromEntries(first));
  expect(runCli(template, "generate")).toMatchObject({ code: 0, stderr: "" });
});

afterAll(() => rmSync(template, { recursive: true, force: true }));

test.each(cases)(
  "bad input: $name: one clear error, and the folder as it was",
  ({ files, prepare, args = [], code, stderr }) => {
    const folder = makeFolder();
    cpSync(template, folder, { recursive: true });
    addFiles(folder, files ?? {});
    prepare?.(folder);
    const before = listFolder(folder);
    expect(runCli(folder, "generate", ...args)).toEqual({
      code,
      stdout: "",
      stderr: typeof stderr === "string" ? stderr : expect.stringMatching(stderr),
    });
    expect(listFolder(folder)).toEqual(before);

    const json = runCli(folder, "generate", ...args, "--json");
    expect(json).toMatchObject({ code, stderr: "" });
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: false });
    expect(listFolder(folder)).toEqual(before);
  },
);
