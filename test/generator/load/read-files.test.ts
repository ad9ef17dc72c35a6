import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { UsageError } from "../../../generator/src/errors.js";
import { loadContracts } from "../../../generator/src/load/load-contracts.js";
import { addFiles, asOrdinaryUser, makeFolder } from "../../helpers/folders.js";
import { findingsIn, findingsOf, load, withPayload, workingFolder } from "./load-files.js";

const channel = { channel: "a", events: { Happened: {} } };
const complete = { "schemas/a.channel.json": channel };

function loadFrom(folder: string, roots: readonly string[] = []) {
  return loadContracts({ schemas: "schemas", roots, workingFolder: folder });
}

describe("read files: what is found", () => {
  test("is every channel and schema file below the schemas folder, sorted by name, and no other", () => {
    const folder = workingFolder({
      ...complete,
      "schemas/z/b.schema.json": {},
      "schemas/B.schema.json": {},
      "schemas/other.json": "not JSON, and not read",
      "schemas/node_modules/p/c.schema.json": "not JSON, and not read",
      "schemas/.git/d.schema.json": "not JSON, and not read",
      "schema.json": "not JSON, and not read",
    });
    const { inputs } = loadFrom(folder);
    expect(inputs.map(({ file }) => file)).toEqual([
      "schemas/B.schema.json",
      "schemas/a.channel.json",
      "schemas/z/b.schema.json",
    ]);
    expect(inputs[0]).toEqual({
      file: "schemas/B.schema.json",
      path: join(folder, "schemas/B.schema.json"),
      digest: "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
    });
  });

  test("has a channel file in it, or the way out is said", () => {
    const folder = makeFolder({ "schemas/a.schema.json": "{}" });
    expect(() => loadFrom(folder)).toThrow(
      new UsageError('no *.channel.json file below schemas: "eventwright init" writes a first one'),
    );
  });

  test.each(["missing", "schemas/a.channel.json"])("is nothing in %s, which is no folder", (schemas) => {
    const options = { schemas, roots: [], workingFolder: workingFolder(complete) };
    expect(() => loadContracts(options)).toThrow(
      new UsageError(`cannot read the schemas in "${schemas}": expected a folder`),
    );
  });
});

describe("read files: text", () => {
  test("may begin with a byte order mark, which moves no position", () => {
    expect(load({ "schemas/a.channel.json": `\uFEFF${JSON.stringify(channel)}` }).channels).toHaveLength(1);
    expect(findingsIn({ "schemas/a.channel.json": "\uFEFF{]" })).toEqual([
      "schemas/a.channel.json:1:2: expected the name of a member in double quotes [json-syntax]",
    ]);
  });

  test.each([
    ["a byte that begins nothing", [0xff], "2:9"],
    ["a cut sequence", [0xe2, 0x82], "2:9"],
    ["a cut sequence that begins like the replacement character", [0xef, 0xbf], "2:9"],
    ["an encoded surrogate", [0xed, 0xa0, 0x80], "2:9"],
  ])("that is no UTF-8 is refused at %s", (_, bytes, place) => {
    const folder = workingFolder(complete);
    const before = Buffer.from('{\n "€�": "');
    writeFileSync(
      join(folder, "schemas/b.schema.json"),
      Buffer.concat([before, Buffer.from(bytes), Buffer.from('" }')]),
    );
    expect(findingsOf(() => loadFrom(folder))).toEqual([
      `schemas/b.schema.json:${place}: expected UTF-8, got other bytes [encoding]`,
    ]);
  });

  test("of more than 16 MiB is refused before it is read", () => {
    const folder = workingFolder(complete);
    writeFileSync(join(folder, "schemas/b.schema.json"), "");
    truncateSync(join(folder, "schemas/b.schema.json"), 16 * 1024 * 1024 + 1);
    expect(findingsOf(() => loadFrom(folder))).toEqual([
      "schemas/b.schema.json:1:1: expected at most 16777216 bytes, got 16777217; split the file [file-too-large]",
    ]);
  });

  test("that may not be read is a finding, and so is such a folder", () => {
    const folder = workingFolder({ ...complete, "schemas/b.schema.json": {}, "schemas/c/d.schema.json": {} });
    chmodSync(join(folder, "schemas/b.schema.json"), 0o000);
    chmodSync(join(folder, "schemas/c"), 0o000);
    const findings = asOrdinaryUser(() => findingsOf(() => loadFrom(folder)));
    chmodSync(join(folder, "schemas/c"), 0o755);
    expect(findings).toEqual([
      "schemas/b.schema.json:1:1: cannot read the file: EACCES [unreadable-file]",
      "schemas/c:1:1: cannot read the folder: EACCES [unreadable-file]",
    ]);
  });

  test("from a pipe is not waited for", () => {
    const folder = workingFolder(complete);
    execFileSync("mkfifo", [join(folder, "schemas/b.schema.json")]);
    expect(findingsOf(() => loadFrom(folder))).toEqual([
      "schemas/b.schema.json:1:1: expected a file, got a pipe or a device [unreadable-file]",
    ]);
  });
});

describe("read files: links", () => {
  test("within the roots are followed, and each file is read once", () => {
    const folder = workingFolder({
      "schemas/a.channel.json": {
        channel: "a",
        events: { Happened: { payload: { $ref: "link/b.schema.json" } } },
      },
      "schemas/real/b.schema.json": { $id: "https://example.com/b", type: "string" },
    });
    symlinkSync("real", join(folder, "schemas/link"));
    symlinkSync("real/b.schema.json", join(folder, "schemas/c.schema.json"));
    symlinkSync("..", join(folder, "schemas/real/loop"));
    expect(loadFrom(folder).inputs.map(({ file }) => file)).toEqual([
      "schemas/a.channel.json",
      "schemas/real/b.schema.json",
    ]);
  });

  test("out of the roots are refused, whether they lead to a file or a folder, and nothing there is read", () => {
    const folder = workingFolder({ ...complete, "outside/b.schema.json": "not JSON" });
    symlinkSync("../outside", join(folder, "schemas/folder"));
    symlinkSync("../outside/b.schema.json", join(folder, "schemas/file.schema.json"));
    symlinkSync("../nowhere", join(folder, "schemas/gone.schema.json"));
    const why = 'cannot follow the link: it leads out of the schema folders; add its target to "roots"';
    expect(findingsOf(() => loadFrom(folder))).toEqual([
      `schemas/file.schema.json:1:1: ${why} [outside-roots]`,
      `schemas/folder:1:1: ${why} [outside-roots]`,
      "schemas/gone.schema.json:1:1: cannot read the file: it is a link to nowhere [broken-link]",
    ]);
  });

  test("that are no contract files are left alone wherever they lead", () => {
    const folder = workingFolder(complete);
    symlinkSync("/etc/passwd", join(folder, "schemas/passwd"));
    symlinkSync("../nowhere", join(folder, "schemas/gone"));
    expect(findingsOf(() => loadFrom(folder))).toEqual([]);
  });

  test("that are roots themselves give their own name to the files in them", () => {
    const folder = workingFolder(withPayload({ $ref: "../packages/p/b.json" }));
    const store = makeFolder({ "p@1/b.json": '{ "type": "string" }' });
    mkdirSync(join(folder, "packages"));
    symlinkSync(join(store, "p@1"), join(folder, "packages/p"));
    expect(loadFrom(folder, ["packages/p"]).inputs.map(({ file }) => file)).toEqual([
      "packages/p/b.json",
      "schemas/a.channel.json",
    ]);
  });
});

test("read files: one bad file does not hide what is wrong in others", () => {
  const folder = workingFolder({
    "schemas/a.channel.json": "{",
    "schemas/b.channel.json": { channel: "b", event: {} },
  });
  addFiles(folder, { "schemas/c.schema.json": "[" });
  expect(findingsOf(() => loadFrom(folder))).toEqual([
    "schemas/a.channel.json:1:2: expected a closing brace [json-syntax]",
    'schemas/b.channel.json:1:1: expected at least one of "events", "commands", "queries" [required]',
    'schemas/b.channel.json:3:3 /event: unknown member "event"; did you mean "events"? [unknown-member]',
    "schemas/c.schema.json:1:2: expected a closing bracket [json-syntax]",
  ]);
});
