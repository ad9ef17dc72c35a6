import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { header, type OutputFile } from "../../../generator/src/emit/output-file.js";
import { UsageError } from "../../../generator/src/errors.js";
import { applyWrites } from "../../../generator/src/write/apply-writes.js";
import {
  buildManifestFile,
  contentDigest,
  MANIFEST_FILE,
  parseManifest,
} from "../../../generator/src/write/manifest.js";
import { type OutputFolder, openOutputFolder } from "../../../generator/src/write/output-folder.js";
import { planWrites } from "../../../generator/src/write/plan-writes.js";
import { type WriteReport, writeFiles, yieldFiles } from "../../../generator/src/write/write-files.js";
import { addFiles, asOrdinaryUser, listFolder, makeFolder, readFiles } from "../../helpers/folders.js";

const file = (path: string, code: string): OutputFile => ({
  path,
  text: `${header(["schemas/a.json"])}${code}\n`,
});
const order = file("orders/order.js", "export const order = 1;");
const stock = file("stock/stock.js", "export const stock = 1;");
const index = file("index.js", 'export * from "./orders/order.js";');

/** A folder to work in, with schemas and, when files are given, an output folder. */
const workspace = (out: Readonly<Record<string, string>> = {}): string => {
  const folder = makeFolder({ "schemas/a.json": "{}" });
  const prefixed = Object.entries(out).map(([path, text]) => [`generated/${path}`, text]);
  addFiles(folder, Object.fromEntries(prefixed));
  return folder;
};

const write = (
  workingFolder: string,
  files: readonly OutputFile[],
  { check = false, out = "generated" } = {},
): WriteReport => {
  const schemas = join(workingFolder, "schemas");
  const folder = openOutputFolder({ out: join(workingFolder, out), workingFolder, schemas });
  return writeFiles(folder, files, { check });
};

const summary = ({ created, changed, removed, unchanged }: WriteReport): object => ({
  created,
  changed: changed.map(({ path }) => path),
  removed,
  unchanged,
});

describe("write: first run", () => {
  test("writes every file and a manifest with the digest of each, sorted", () => {
    const folder = workspace();
    const report = write(folder, [stock, order, index]);
    expect(summary(report)).toEqual({
      created: [MANIFEST_FILE, "index.js", "orders/order.js", "stock/stock.js"],
      changed: [],
      removed: [],
      unchanged: [],
    });
    const { [MANIFEST_FILE]: manifest = "", ...rest } = readFiles(join(folder, "generated"));
    expect(rest).toEqual({
      "index.js": index.text,
      "orders/order.js": order.text,
      "stock/stock.js": stock.text,
    });
    expect(manifest).toBe(
      `{\n  "files": {\n    "index.js": "${contentDigest(index.text)}",\n` +
        `    "orders/order.js": "${contentDigest(order.text)}",\n` +
        `    "stock/stock.js": "${contentDigest(stock.text)}"\n  }\n}\n`,
    );
  });

  test("leaves what a package holds beside its code", () => {
    const beside = {
      "package.json": "{}",
      "README.md": "# Mine",
      ".gitkeep": "",
      "node_modules/a/index.js": "1;",
    };
    const folder = workspace(beside);
    write(folder, [order]);
    expect(readFiles(join(folder, "generated"))).toMatchObject({ ...beside, "orders/order.js": order.text });
  });

  test("takes over files with our header when the manifest was lost", () => {
    const folder = workspace({ "orders/order.js": file("", "old").text });
    expect(summary(write(folder, [order]))).toMatchObject({ changed: ["orders/order.js"] });
  });
});

describe("write: files that yield", () => {
  const folderOf = (workingFolder: string): OutputFolder =>
    openOutputFolder({
      out: join(workingFolder, "generated"),
      workingFolder,
      schemas: join(workingFolder, "schemas"),
    });
  const mine: OutputFile = { path: "package.json", text: '{ "type": "module" }', yields: true };

  test("are written where nothing stands, and again on later runs", () => {
    const folder = workspace();
    expect(yieldFiles(folderOf(folder), [mine, order])).toEqual([mine, order]);
    write(folder, [mine, order]);
    addFiles(folder, { "generated/package.json": "{}" });
    expect(yieldFiles(folderOf(folder), [mine, order])).toEqual([mine, order]);
  });

  test("are left out where a foreign file stands", () => {
    const folder = workspace({ "package.json": "{}" });
    expect(yieldFiles(folderOf(folder), [mine, order])).toEqual([order]);
  });
});

describe("write: later runs", () => {
  test("an unchanged folder is not touched at all", () => {
    const folder = workspace();
    write(folder, [order, index]);
    const before = listFolder(folder);
    expect(summary(write(folder, [order, index]))).toEqual({
      created: [],
      changed: [],
      removed: [],
      unchanged: [MANIFEST_FILE, "index.js", "orders/order.js"],
    });
    expect(listFolder(folder)).toEqual(before);
  });

  test("only what differs is replaced, also when it was edited by hand", () => {
    const folder = workspace();
    write(folder, [order, index]);
    addFiles(folder, { "generated/index.js": "export const mine = 1;\n" });
    const before = listFolder(folder);
    expect(write(folder, [order, index]).changed).toEqual([
      { path: "index.js", line: 1, expected: index.text.split("\n")[0], got: "export const mine = 1;" },
    ]);
    const after = listFolder(folder);
    expect(after.get("generated/index.js")?.text).toBe(index.text);
    for (const path of ["generated/orders/order.js", `generated/${MANIFEST_FILE}`]) {
      expect(after.get(path)).toEqual(before.get(path));
    }
  });

  test("orphans go, and the folders that they leave empty", () => {
    const folder = workspace();
    const deep = file("stock/deep/down.js", "1;");
    write(folder, [order, stock, deep]);
    expect(write(folder, [order]).removed).toEqual(["stock/deep/down.js", "stock/stock.js"]);
    expect([...listFolder(join(folder, "generated")).keys()]).toEqual([
      "",
      MANIFEST_FILE,
      "orders",
      "orders/order.js",
    ]);
  });

  test("a folder that holds a foreign file stays when the orphans in it go", () => {
    const folder = workspace();
    write(folder, [order, stock]);
    addFiles(folder, { "generated/stock/notes.txt": "mine" });
    write(folder, [order]);
    expect(readFiles(join(folder, "generated/stock"))).toEqual({ "notes.txt": "mine" });
  });

  test("a content of equal text but other bytes counts as changed", () => {
    const folder = workspace();
    const odd = file("odd.js", "export const odd = '\uFFFD';");
    write(folder, [odd]);
    const [start = "", end = ""] = odd.text.split("\uFFFD");
    const bytes = Buffer.concat([Buffer.from(start), Buffer.of(0xff), Buffer.from(end)]);
    const path = join(folder, "generated/odd.js");
    expect(bytes.toString()).toBe(odd.text);
    writeFileSync(path, bytes);
    expect(write(folder, [odd]).changed).toEqual([{ path: "odd.js", line: 4 }]);
  });
});

describe("write: check", () => {
  test("lists what is missing, changed (with the line) and orphaned, and touches nothing", () => {
    const folder = workspace();
    write(folder, [order, stock]);
    addFiles(folder, { "generated/orders/order.js": order.text.replace("= 1", "= 2") });
    const before = listFolder(folder);
    expect(write(folder, [order, index], { check: true })).toEqual({
      created: ["index.js"],
      changed: [
        {
          path: MANIFEST_FILE,
          line: 3,
          expected: expect.stringContaining("index.js"),
          got: expect.any(String),
        },
        {
          path: "orders/order.js",
          line: 2,
          expected: "export const order = 1;",
          got: "export const order = 2;",
        },
      ],
      removed: ["stock/stock.js"],
      unchanged: [],
    });
    expect(listFolder(folder)).toEqual(before);
  });
});

test.each([
  ["a\nb\n", "a\nx\n", { line: 2, expected: "b", got: "x" }],
  ["a\nb\n", "a\n", { line: 2, expected: "b", got: "" }],
  ["a\nb\n", "a", { line: 2, expected: "b" }],
  ["a\n", "a\nb\n", { line: 2, expected: "", got: "b" }],
  ["a", "a\nb", { line: 2, got: "b" }],
])("write: of wanted %j and found %j the first difference is named", (wanted, found, difference) => {
  const folder = workspace();
  write(folder, [{ path: "a.js", text: wanted }]);
  addFiles(folder, { "generated/a.js": found });
  const { changed } = write(folder, [{ path: "a.js", text: wanted }], { check: true });
  expect(changed).toEqual([{ path: "a.js", ...difference }]);
});

describe("write: a hostile manifest", () => {
  const target = { "package.json": '{ "name": "app" }', "secret.js": order.text };
  const manifest = (...paths: readonly string[]): string =>
    JSON.stringify({ files: Object.fromEntries(paths.map((path) => [path, contentDigest(order.text)])) });

  test.each(["../secret.js", "orders/../../secret.js", "./../secret.js", "..\\secret.js", "ABSOLUTE"])(
    "removes nothing outside the folder: %s",
    (path) => {
      const folder = workspace();
      addFiles(folder, target);
      write(folder, [order]);
      const listed = path === "ABSOLUTE" ? join(folder, "secret.js") : path;
      addFiles(folder, { [`generated/${MANIFEST_FILE}`]: manifest(listed) });
      expect(write(folder, [order]).removed).toEqual([]);
      expect(readFiles(folder)).toMatchObject(target);
    },
  );

  test("removes no file without our header", () => {
    const folder = workspace({ "mine.js": "// mine\n", [MANIFEST_FILE]: manifest("mine.js") });
    expect(write(folder, [order]).removed).toEqual([]);
    expect(readFiles(join(folder, "generated"))["mine.js"]).toBe("// mine\n");
  });

  test("removes nothing through a symbolic link", () => {
    const folder = workspace({ [MANIFEST_FILE]: manifest("link/secret.js", "secret-link.js") });
    addFiles(folder, { "else/secret.js": order.text });
    symlinkSync(join(folder, "else"), join(folder, "generated/link"));
    symlinkSync(join(folder, "else/secret.js"), join(folder, "generated/secret-link.js"));
    expect(write(folder, [order]).removed).toEqual([]);
    expect(readFiles(join(folder, "else"))).toEqual({ "secret.js": order.text });
  });

  test.each([
    "",
    "null",
    "[]",
    "7",
    '{"files":null}',
    '{"files":["orders/order.js"]}',
    '{"files":{"orders/order.js":7}}',
    "<<<<<<< HEAD\n{}",
  ])("is made again when it is no manifest: %s", (text) => {
    const folder = workspace();
    write(folder, [order, stock]);
    const [good = ""] = Object.values(readFiles(join(folder, "generated")));
    addFiles(folder, { [`generated/${MANIFEST_FILE}`]: text, "generated/foreign.txt": "mine" });
    expect(write(folder, [order, stock]).changed.map(({ path }) => path)).toEqual([MANIFEST_FILE]);
    expect(readFiles(join(folder, "generated"))).toMatchObject({
      [MANIFEST_FILE]: good,
      "foreign.txt": "mine",
    });
  });
});

describe("write: what is refused leaves everything as it was", () => {
  const home = homedir();
  interface Case {
    readonly name: string;
    readonly prepare: (folder: string) => void;
    readonly out?: string;
    readonly message: string | RegExp;
  }
  const cases: readonly Case[] = [
    {
      name: "an output folder that holds foreign files",
      prepare: (folder) => addFiles(folder, { "generated/app.ts": "let a = 1;", "generated/b.ts": "" }),
      message:
        "cannot write to generated: it holds files that were not generated, such as app.ts; name an empty folder or remove them",
    },
    {
      name: "foreign files in a folder below",
      prepare: (folder) => addFiles(folder, { "generated/src/deep/app.ts": "// @generated by hand" }),
      message: /such as src\/deep\/app\.ts;/,
    },
    {
      name: "a file that belongs beside code only at the top",
      prepare: (folder) => addFiles(folder, { "generated/docs/README.md": "# Mine" }),
      message: /such as docs\/README\.md;/,
    },
    {
      name: "a foreign file where a generated one belongs",
      prepare: (folder) => {
        write(folder, [index]);
        addFiles(folder, { "generated/orders/order.js": "mine" });
      },
      message:
        "cannot write to generated: orders/order.js was not generated and stands where a generated file belongs; move it away",
    },
    {
      name: "a symbolic link as output folder",
      prepare: (folder) => {
        mkdirSync(join(folder, "real"));
        symlinkSync(join(folder, "real"), join(folder, "generated"));
      },
      message: "cannot write to generated: it is a symbolic link; name the folder itself",
    },
    {
      name: "a dangling symbolic link as output folder",
      prepare: (folder) => symlinkSync(join(folder, "nowhere"), join(folder, "generated")),
      message: "cannot write to generated: it is a symbolic link; name the folder itself",
    },
    {
      name: "a symbolic link above the output folder that leads away",
      prepare: (folder) => symlinkSync(makeFolder(), join(folder, "link")),
      out: "link/generated",
      message: "cannot write to link/generated: a symbolic link on the way leads out of the working folder",
    },
    {
      name: "a symbolic link in place of a folder of ours",
      prepare: (folder) => {
        write(folder, [index]);
        symlinkSync(makeFolder(), join(folder, "generated/orders"));
      },
      message: "cannot write to generated: orders is a symbolic link; expected a folder",
    },
    {
      name: "a symbolic link in place of a file of ours",
      prepare: (folder) => {
        write(folder, [index]);
        addFiles(folder, { "elsewhere.js": order.text });
        mkdirSync(join(folder, "generated/orders"));
        symlinkSync(join(folder, "elsewhere.js"), join(folder, "generated/orders/order.js"));
      },
      message: "cannot write to generated: orders/order.js is a symbolic link; expected a file",
    },
    {
      name: "a symbolic link in place of the manifest",
      prepare: (folder) => {
        addFiles(folder, { "elsewhere.json": '{"files":{}}' });
        mkdirSync(join(folder, "generated"));
        symlinkSync(join(folder, "elsewhere.json"), join(folder, "generated", MANIFEST_FILE));
      },
      message: `cannot write to generated: ${MANIFEST_FILE} in it is not a file`,
    },
    {
      name: "a folder in place of a file of ours",
      prepare: (folder) => {
        write(folder, [index]);
        mkdirSync(join(folder, "generated/orders/order.js"), { recursive: true });
      },
      message: "cannot write to generated: orders/order.js is a folder; expected a file",
    },
    {
      name: "a file in place of a folder of ours",
      prepare: (folder) => {
        write(folder, [index]);
        addFiles(folder, { "generated/orders": "" });
      },
      message: "cannot write to generated: orders is a file; expected a folder",
    },
    {
      name: "a pipe in place of a file of ours",
      prepare: (folder) => {
        write(folder, [order]);
        execFileSync("mkfifo", [join(folder, "generated/index.js")]);
      },
      message: "cannot write to generated: index.js is a special file; expected a file",
    },
    {
      name: "a file as output folder",
      prepare: (folder) => addFiles(folder, { generated: "" }),
      message: "cannot write to generated: it is not a folder",
    },
    {
      name: "the working folder",
      prepare: () => {},
      out: ".",
      message: "cannot write to .: it holds the working folder; name a folder of its own",
    },
    {
      name: "a folder above the working folder",
      prepare: () => {},
      out: "..",
      message: /: it holds the working folder; name a folder of its own$/,
    },
    {
      name: "the schemas folder",
      prepare: () => {},
      out: "schemas",
      message: "cannot write to schemas: it holds the schemas; name a folder of its own",
    },
    {
      name: "a folder that may not be written to",
      prepare: (folder) => chmodSync(folder, 0o555),
      message: "cannot write to generated: permission denied",
    },
    {
      name: "a folder that may not be read",
      prepare: (folder) => {
        mkdirSync(join(folder, "generated"));
        chmodSync(join(folder, "generated"), 0o000);
      },
      message: "cannot read generated: permission denied",
    },
  ];

  test.each(cases)("$name", ({ prepare, out, message }) => {
    const folder = workspace();
    prepare(folder);
    const before = listFolder(folder);
    const attempt = (): WriteReport =>
      asOrdinaryUser(() => write(folder, [order, index], { out: out ?? "generated" }));
    expect(attempt).toThrow(message);
    expect(attempt).toThrow(UsageError);
    expect(listFolder(folder)).toEqual(before);
  });

  test("the home folder", () => {
    const folder = workspace();
    const schemas = join(folder, "schemas");
    expect(() => openOutputFolder({ out: home, workingFolder: folder, schemas })).toThrow(
      `cannot write to ${home}: it holds the home folder; name a folder of its own`,
    );
  });
});

describe("write: a failure half way", () => {
  test("is undone: replaced, removed and new files are as before, and nothing is left behind", () => {
    const workingFolder = workspace();
    write(workingFolder, [order, stock]);
    const [out, schemas] = [join(workingFolder, "generated"), join(workingFolder, "schemas")];
    const folder = openOutputFolder({ out, workingFolder, schemas });
    const plan = planWrites(folder, [file("orders/order.js", "2;"), file("new/a.js", ""), file("z.js", "")]);
    expect(plan.remove).toEqual(["stock/stock.js"]);

    mkdirSync(join(out, "z.js")); // comes between looking and writing
    const before = withoutFolderTimes(out);
    expect(() => applyWrites(folder, plan)).toThrow(
      /^cannot write to generated: illegal operation on a directory$/,
    );
    expect(withoutFolderTimes(out)).toEqual(before);
  });

  test("what a killed run left behind is cleared by the next one", () => {
    const folder = workspace();
    write(folder, [order]);
    addFiles(folder, { "generated/.eventwright-staging/new-0": "half" });
    write(folder, [order, index]);
    expect([...listFolder(join(folder, "generated")).keys()]).not.toContain(".eventwright-staging");
  });
});

test("write: the manifest is in place before the files that it names", () => {
  const folder = workspace();
  write(folder, [order]);
  const many = Array.from({ length: 300 }, (_, index) => file(`many/file-${index}.js`, "1;"));
  write(folder, many);
  const changeTime = (path: string): bigint =>
    statSync(join(folder, "generated", path), { bigint: true }).ctimeNs;
  const times = many.map(({ path }) => changeTime(path));
  expect(times.filter((time) => time < changeTime(MANIFEST_FILE))).toEqual([]);
});

describe("write: manifest", () => {
  test("is read as it was written", () => {
    const odd = file("__proto__/constructor.js", "1;");
    expect([...parseManifest(buildManifestFile([stock, odd, order]).text)]).toEqual(
      [odd, order, stock].map(({ path, text }) => [path, contentDigest(text)]),
    );
    expect(buildManifestFile([]).text).toBe('{\n  "files": {}\n}\n');
  });

  test("loses what is no path below the folder, or no digest", () => {
    const files = { "a.js": "f00", "b.js": 7, "../c.js": "f00", [MANIFEST_FILE]: "f00" };
    expect([...parseManifest(JSON.stringify({ files }))]).toEqual([["a.js", "f00"]]);
  });
});

describe("write: paths", () => {
  test.each(["../a.js", "/a.js", "a/../../b.js", "C:/a.js", "a\\b.js", "a//b.js", "a./b.js", "", "a\0.js"])(
    "a path that could leave the folder is a defect of ours: %j",
    (path) => {
      expect(() => write(workspace(), [{ path, text: "" }])).toThrow(/^unsafe path of an output file/);
    },
  );

  test("two files that are one on some systems are a defect of ours", () => {
    expect(() => write(workspace(), [file("a.js", ""), file("A.js", "")])).toThrow(
      /^two output files at one path/,
    );
  });
});

function withoutFolderTimes(folder: string): Map<string, object> {
  const entries = [...listFolder(folder)];
  return new Map(
    entries.map(([path, entry]) => [path, entry.kind === "file" ? entry : { ...entry, modified: 0n }]),
  );
}
