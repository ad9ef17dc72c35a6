import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isConfig } from "../../../generator/src/check-config.js";
import { FindingsError, formatFinding, UsageError } from "../../../generator/src/errors.js";
import { resolveGenerateOptions, type Target } from "../../../generator/src/options.js";
import { readConfig } from "../../../generator/src/read-config.js";
import { makeFolder, readFiles } from "../../helpers/folders.js";

const read = (text: string): ReturnType<typeof readConfig> =>
  readConfig(makeFolder({ "eventwright.config.json": text }));

const findingsOf = async (text: string): Promise<string[]> => {
  const error: unknown = await read(text).catch((reason: unknown) => reason);
  if (!(error instanceof FindingsError)) throw new Error(`expected findings, got ${String(error)}`);
  return error.findings.map((finding) => formatFinding(finding));
};

describe("config file", () => {
  test("is not needed", async () => {
    expect(await readConfig(makeFolder())).toEqual({});
  });

  test("gives every option it sets", async () => {
    const config = {
      $schema: "https://example.com/config.json",
      schemas: "contracts",
      out: "src/contracts",
      target: "ts",
      roots: ["node_modules/@octokit/webhooks-schemas"],
      package: { name: "@shop/contracts", version: "1.2.3", private: false },
    };
    expect(await read(JSON.stringify(config))).toEqual(config);
    expect(await read('{"package":"contracts"}')).toEqual({ package: "contracts" });
    expect(await read("{}")).toEqual({});
  });

  test.each<[string, string[]]>([
    ["", ["eventwright.config.json:1:1: expected a value [json-syntax]"]],
    ["[]", ["eventwright.config.json:1:1: expected an object, got a list [config-type]"]],
    ["null", ["eventwright.config.json:1:1: expected an object, got null [config-type]"]],
    [
      '{\n  "schema": "a",\n  "out": 1,\n  "zzz": {}\n}',
      [
        'eventwright.config.json:2:3 /schema: unknown member "schema"; did you mean "schemas"? [config-unknown-member]',
        "eventwright.config.json:3:3 /out: expected text, got a number [config-type]",
        'eventwright.config.json:4:3 /zzz: unknown member "zzz" [config-unknown-member]',
      ],
    ],
    [
      '{"__proto__": {"out": "/"}, "constructor": 1}',
      [
        'eventwright.config.json:1:2 /__proto__: unknown member "__proto__" [config-unknown-member]',
        'eventwright.config.json:1:29 /constructor: unknown member "constructor" [config-unknown-member]',
      ],
    ],
    ['{"out": ""}', ["eventwright.config.json:1:2 /out: expected text, got none [config-value]"]],
    [
      '{"target": "typescript"}',
      ['eventwright.config.json:1:2 /target: expected "js" or "ts", got "typescript" [config-value]'],
    ],
    [
      '{"roots": ["a", 7, ""]}',
      [
        "eventwright.config.json:1:17 /roots/1: expected text, got a number [config-type]",
        "eventwright.config.json:1:20 /roots/2: expected text, got none [config-value]",
      ],
    ],
    [
      '{"roots": "a"}',
      ["eventwright.config.json:1:2 /roots: expected a list of folders, got a string [config-type]"],
    ],
    [
      '{"package": {"version": 1, "private": "yes", "nam": "x", "name": "Shop Contracts"}}',
      [
        "eventwright.config.json:1:14 /package/version: expected text, got a number [config-type]",
        "eventwright.config.json:1:28 /package/private: expected true or false, got a string [config-type]",
        'eventwright.config.json:1:46 /package/nam: unknown member "nam"; did you mean "name"? [config-unknown-member]',
        'eventwright.config.json:1:58 /package/name: expected a package name in lower case, such as "contracts" or "@team/contracts", got "Shop Contracts" [config-value]',
      ],
    ],
    [
      '{"package": {}}',
      ['eventwright.config.json:1:2 /package: expected the member "name", got none [config-value]'],
    ],
    [
      '{"package": 1}',
      ["eventwright.config.json:1:2 /package: expected an object, got a number [config-type]"],
    ],
    [
      '{"out": "a", "out": "b"}',
      [
        'eventwright.config.json:1:14 /out: expected each member once, got "out" twice; the first one is at 1:2 [duplicate-member]',
      ],
    ],
    [
      '{"out": "a",}',
      ["eventwright.config.json:1:13: expected the name of a member in double quotes [json-syntax]"],
    ],
    ["// x\n{}", ["eventwright.config.json:1:1: expected no comment: JSON has none [json-syntax]"]],
  ])("%s is refused with every place named", async (text, want) => {
    expect(await findingsOf(text)).toEqual(want);
  });
});

test("config file: a pipe in its place is refused and not waited for", async () => {
  const folder = makeFolder();
  execFileSync("mkfifo", [join(folder, "eventwright.config.json")]);
  await expect(readConfig(folder)).rejects.toThrow(FindingsError);
});

describe("the schema of the config file", () => {
  const file = fileURLToPath(new URL("../../../generator/schema/config.schema.json", import.meta.url));
  const accepts = new Ajv2020().compile(JSON.parse(readFileSync(file, "utf8")));

  const name = fc.constantFrom(
    "contracts",
    "@team/contracts",
    "Shop",
    "",
    "a b",
    "a".repeat(215),
    "../x",
    "@/x",
  );
  const odd = fc.constantFrom(null, 0, 7, true, "", "text", [], {}, ["a"], [""], [1]);
  const packageObject = fc.record(
    { name: fc.oneof(name, odd), version: fc.oneof(fc.constant("1.0.0"), odd), private: odd, other: odd },
    { requiredKeys: [] },
  );
  const config = fc.record(
    {
      $schema: odd,
      schemas: odd,
      out: odd,
      target: fc.oneof(fc.constantFrom("js", "ts", "cjs"), odd),
      roots: odd,
      package: fc.oneof(name, packageObject, odd),
    },
    { requiredKeys: [] },
  );

  test("accepts what we accept", () => {
    const verdicts = { accepted: 0, refused: 0 };
    const sometimesUnknown = fc.tuple(config, fc.option(fc.record({ plugins: odd }), { freq: 4 }));
    fc.assert(
      fc.property(fc.oneof(sometimesUnknown, odd), (given) => {
        const value = Array.isArray(given) && given.length === 2 ? { ...given[0], ...given[1] } : given;
        const accepted = isConfig(value, () => {});
        verdicts[accepted ? "accepted" : "refused"] += 1;
        expect(accepted).toBe(accepts(value));
      }),
      { numRuns: 3_000 },
    );
    expect(Math.min(verdicts.accepted, verdicts.refused)).toBeGreaterThan(100);
  });
});

describe("code from a checkout", () => {
  test("attack 34: a config file as code is not looked at", async () => {
    const code = 'import { writeFileSync } from "node:fs"; writeFileSync("marker", ""); export default {};';
    const names = ["js", "mjs", "cjs", "ts", "mts"].map((ending) => `eventwright.config.${ending}`);
    const folder = makeFolder(Object.fromEntries(names.map((path) => [path, code])));
    expect(await readConfig(folder)).toEqual({});
    expect(Object.keys(readFiles(folder))).toEqual(names.toSorted());
  });

  test("attack 35: plugins cannot be named", async () => {
    expect(await findingsOf('{"plugins": ["evil"]}')).toEqual([
      'eventwright.config.json:1:2 /plugins: unknown member "plugins" [config-unknown-member]',
    ]);
  });
});

describe("options", () => {
  test("have defaults, and folders start at the working folder", () => {
    expect(resolveGenerateOptions({ workingFolder: "/shop" })).toMatchObject({
      workingFolder: "/shop",
      schemas: join("/shop", "schemas"),
      out: join("/shop", "generated"),
      target: "js",
      roots: [],
      package: undefined,
      check: false,
    });
    expect(
      resolveGenerateOptions({
        workingFolder: "/shop",
        schemas: "../a",
        out: "/b",
        roots: ["c"],
        package: "d",
      }),
    ).toMatchObject({ schemas: "/a", out: "/b", roots: [join("/shop", "c")], package: { name: "d" } });
  });

  test("a wrong one is refused by name", () => {
    const python: string = "python";
    expect(() => resolveGenerateOptions({ target: python as Target })).toThrow(UsageError);
    expect(() => resolveGenerateOptions({ target: python as Target })).toThrow(
      'unknown target "python"; expected js or ts',
    );
    expect(() => resolveGenerateOptions({ out: "" })).toThrow("out is empty; expected a folder");
    expect(() => resolveGenerateOptions({ roots: [""] })).toThrow("roots is empty; expected a folder");
  });
});
