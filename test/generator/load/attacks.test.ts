import { symlinkSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadContracts } from "../../../generator/src/load/load-contracts.js";
import { findingsIn, findingsOf, load, withPayload, workingFolder } from "./load-files.js";

const rules = (findings: readonly string[]): readonly string[] =>
  findings.map((finding) => /\[([a-z-]+)\]$/.exec(finding)?.[1] ?? finding);
const devices = ["con", "NUL", "aux", "com1", "lpt9.x"];

describe("attacks on the loader: hostile schemas are refused, or are plain data", () => {
  test("attack 5: limits given as text, with code in it", () => {
    const schema = { minItems: "*/ process.exit() /*", maxLength: "1", minimum: [0], multipleOf: null };
    expect(findingsIn(withPayload(schema))).toEqual([
      'schemas/a.channel.json:6:9 /events/Happened/payload/minItems: expected a whole number from 0 for "minItems", got "*/ process.exit() /*" [keyword-value]',
      'schemas/a.channel.json:7:9 /events/Happened/payload/maxLength: expected a whole number from 0 for "maxLength", got "1" [keyword-value]',
      'schemas/a.channel.json:8:9 /events/Happened/payload/minimum: expected a number for "minimum", got an array [keyword-value]',
      expect.stringContaining("schemas/a.channel.json:11:9 /events/Happened/payload/multipleOf: "),
    ]);
  });

  test("attack 9: names that are equal after cleaning, or equal to a name of ours", () => {
    const channel = (name: string, event: string) => ({ channel: name, events: { [event]: {} } });
    expect(
      rules(
        findingsIn({
          "schemas/a.channel.json": channel("a-b", "A"),
          "schemas/b.channel.json": channel("a.b", "B"),
        }),
      ),
    ).toEqual(["name-clash"]);
    expect(
      rules(
        findingsIn({
          "schemas/a.channel.json": channel("a-b", "A"),
          "schemas/b.channel.json": channel("A-B", "B"),
        }),
      ),
    ).toEqual(["name-clash"]);
    expect(
      rules(
        findingsIn({
          "schemas/a.channel.json": channel("a-b", "A"),
          "schemas/b.channel.json": channel("a_b", "B"),
        }),
      ),
    ).toEqual([]);
    for (const name of ["Listener", "Validator", "Bus", "Envelope", "EventContract", "Promise"]) {
      expect(rules(findingsIn({ "schemas/a.channel.json": channel("a", name) })), name).toEqual([
        "reserved-name",
      ]);
    }
  });

  test("attack 10: names that could lead a file out of the output folder", () => {
    const parts = ["..", "../x", "x/../../y", "a\\b", "C:x", "x.", ".x", "a%2e%2e", "x\u0000", "a:b", "/x"];
    for (const name of parts) {
      expect(
        rules(findingsIn({ "schemas/a.channel.json": { channel: name, events: { A: {} } } })),
        name,
      ).toEqual(["value"]);
      expect(
        rules(findingsIn({ "schemas/a.channel.json": { channel: "a", events: { [name]: {} } } })),
        name,
      ).toEqual(["name"]);
    }
    const $defs = Object.fromEntries(
      [...parts, ...devices, "index", "__proto__"].map((name) => [name, { type: "string" }]),
    );
    const refs = Object.keys($defs).map((name) => ({
      $ref: `#/$defs/${encodeURIComponent(name.replaceAll("/", "~1"))}`,
    }));
    const payload = { payload: { $ref: "b.schema.json" } };
    const set = load({
      "schemas/a.channel.json": { channel: "a", events: { A: payload, Con: payload, Index: payload } },
      ...Object.fromEntries(
        devices.map((name) => [
          `schemas/${name}.channel.json`,
          { channel: name, events: { [`On${name.length}${name.charCodeAt(0)}`]: {} } },
        ]),
      ),
      "schemas/b.schema.json": { anyOf: refs, $defs },
    });
    const modules = [
      ...set.types.map(({ module }) => module),
      ...set.channels.flatMap(({ names, contracts }) => [
        names.channelModule,
        names.publisherModule,
        names.listenersModule,
        ...contracts.map((contract) => contract.names.module),
      ]),
    ];
    expect(modules.length).toBeGreaterThan(40);
    for (const module of modules) {
      expect(module).toMatch(/^[a-z0-9_][a-z0-9._-]*\/[a-z_][a-z0-9_-]*$/);
      expect(module).not.toMatch(/(?:^|\/)(?:con|nul|aux|prn|com\d|lpt\d|index)(?:\.[^/]*)?(?:\/|$)/);
    }
  });

  test("attack 12: references to absolute files, file addresses, parent folders, home folders and devices", () => {
    for (const ref of [
      "/etc/passwd",
      "file:///etc/passwd",
      "../../secret.json",
      "~/secret.json",
      "/dev/zero",
      "nul.json",
      "C:\\x.json",
    ]) {
      const [finding, ...others] = findingsIn(withPayload({ $ref: ref }));
      expect(finding).toMatch(/\[(?:refused-reference|outside-roots)\]$/);
      expect(others).toEqual([]);
    }
    const folder = workingFolder(withPayload({ $ref: "link/secret.json" }, { "secrets/secret.json": "{}" }));
    symlinkSync("../secrets", join(folder, "schemas/link"));
    const findings = rules(
      findingsOf(() => loadContracts({ schemas: "schemas", roots: [], workingFolder: folder })),
    );
    expect(findings).toEqual(["outside-roots", "outside-roots"]);
  });

  test("attack 13: references to the network: none is followed", async () => {
    let requests = 0;
    const server = createServer((_, response) => {
      requests++;
      response.end("{}");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    for (const ref of [
      `http://127.0.0.1:${port}/a.json`,
      `//127.0.0.1:${port}/a.json`,
      "http://169.254.169.254/latest/meta-data",
    ]) {
      expect(findingsIn(withPayload({ $ref: ref }))).toHaveLength(1);
    }
    const relative = { $id: `http://127.0.0.1:${port}/b.json`, $ref: "a.json" };
    expect(
      rules(findingsIn(withPayload({ $ref: "b.schema.json" }, { "schemas/b.schema.json": relative }))),
    ).toEqual(["reference-to-nowhere"]);
    await new Promise((resolve) => server.close(resolve));
    expect(requests).toBe(0);
  });

  test("attack 15: duplicate members, of which two tools could see different ones", () => {
    const schema =
      '{\n  "type": "string",\n  "properties": { "a": true, "a": false },\n  "type": "object"\n}';
    expect(findingsIn(withPayload({ $ref: "b.schema.json" }, { "schemas/b.schema.json": schema }))).toEqual([
      'schemas/b.schema.json:3:30 /properties/a: expected each member once, got "a" twice; the first one is at 3:19 [duplicate-member]',
      'schemas/b.schema.json:4:3 /type: expected each member once, got "type" twice; the first one is at 2:3 [duplicate-member]',
    ]);
  });

  test("attack 16: prototype names, as properties, definitions, parameters and channels", () => {
    const names = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty"];
    const members = names.map((name) => `"${name}": { "$ref": "#/$defs/${name}" }`).join(", ");
    const definitions = names
      .map((name, index) => `"${name}": { "type": "string", "minLength": ${index} }`)
      .join(", ");
    const set = load({
      ...withPayload(
        { $ref: "b.schema.json" },
        { "schemas/b.schema.json": `{ "properties": { ${members} }, "$defs": { ${definitions} } }` },
      ),
      "schemas/constructor.channel.json": { channel: "constructor", events: { Other: {} } },
      "schemas/to-string.channel.json": { channel: "toString", events: { Another: {} } },
    });
    expect(set.channels.map(({ name }) => name)).toEqual(["a", "constructor", "toString"]);
    const payload = set.types.find(({ name }) => name === "Happened")?.schema;
    const properties = typeof payload === "object" ? (payload.properties ?? {}) : {};
    expect(Object.keys(properties)).toEqual(names);
    expect(Object.getPrototypeOf(properties)).toBeNull();
    expect(set.types.map(({ name }) => name)).toEqual([
      "Constructor",
      "Happened",
      "HasOwnProperty",
      "Proto",
      "Prototype",
      "ToString",
    ]);
    expect(set.types.find(({ name }) => name === "Proto")?.schema).toEqual({
      type: ["string"],
      minLength: 0,
    });
    const inherited = findingsIn(withPayload({ $ref: "#/events/Happened/payload/constructor" }));
    expect(rules(inherited)).toEqual(["reference-to-nowhere"]);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  test("attack 24: nesting of thousands of levels, in one file or by references", () => {
    const nested = (levels: number): string => `${'{"items":'.repeat(levels)}true${"}".repeat(levels)}`;
    expect(rules(findingsIn(withPayload(true, { "schemas/b.schema.json": nested(5_000) })))).toEqual([
      "too-deep",
    ]);
    const $defs = Object.fromEntries(
      Array.from({ length: 5_000 }, (_, index) => [
        `d${index}`,
        { items: { $ref: `#/$defs/d${index + 1}` } },
      ]),
    );
    const chain = { $ref: "#/$defs/d0", $defs: { ...$defs, d5000: true } };
    expect(
      load(withPayload({ $ref: "b.schema.json" }, { "schemas/b.schema.json": chain })).types,
    ).toHaveLength(5_001);
  });

  test("attack 25: a circle of references without a step into the data", () => {
    const schema = { $ref: "#/$defs/b", $defs: { b: { allOf: [{ $ref: "#" }] } } };
    expect(findingsIn(withPayload({ $ref: "b.schema.json" }, { "schemas/b.schema.json": schema }))).toEqual([
      "schemas/b.schema.json:2:3 /$ref: expected a step into the data somewhere in the circle schemas/b.schema.json# -> schemas/b.schema.json#/$defs/b -> schemas/b.schema.json# [reference-cycle]",
    ]);
  });

  test("attack 29: an anchor or definition that hides another one behind a changed base address", () => {
    const inner = {
      $id: "https://example.com/b",
      $defs: { x: { type: "integer" } },
      properties: { x: { $ref: "#/$defs/x" } },
    };
    const outer = { $defs: { x: { type: "string" }, inner } };
    const set = load(withPayload({ $ref: "b.schema.json#/$defs/inner" }, { "schemas/b.schema.json": outer }));
    expect(set.types.find(({ name }) => name === "X")?.schema).toEqual({ type: ["integer"] });
    const second = { "schemas/c.schema.json": { $id: "https://example.com/b" } };
    expect(
      rules(
        findingsIn(withPayload({ $ref: "b.schema.json" }, { "schemas/b.schema.json": outer, ...second })),
      ),
    ).toEqual(["ambiguous-identity"]);
  });

  test("attack 30: a dialect that switches keywords off", () => {
    const own = { $schema: "https://example.com/dialect", type: "string" };
    expect(
      rules(findingsIn(withPayload({ $ref: "b.schema.json" }, { "schemas/b.schema.json": own }))),
    ).toEqual(["unknown-dialect"]);
    const vocabulary = { $vocabulary: { "https://example.com/vocabulary": true } };
    expect(
      rules(findingsIn(withPayload({ $ref: "b.schema.json" }, { "schemas/b.schema.json": vocabulary }))),
    ).toEqual(["unknown-vocabulary"]);
    for (const dynamic of [{ $dynamicAnchor: "x", items: { $dynamicRef: "#x" } }, { $recursiveRef: "#" }]) {
      expect(rules(findingsIn(withPayload(dynamic)))).toEqual(["dynamic-reference"]);
    }
  });

  test("attack 31: a mix of drafts, which two validators would read differently", () => {
    const draft07 = "http://json-schema.org/draft-07/schema#";
    const mixed = {
      $schema: draft07,
      properties: { a: { $schema: "https://json-schema.org/draft/2020-12/schema" } },
    };
    expect(
      rules(findingsIn(withPayload({ $ref: "b.schema.json" }, { "schemas/b.schema.json": mixed }))),
    ).toEqual(["mixed-dialects"]);
    const beside = { $ref: "#/definitions/text", minLength: 5, definitions: { text: { type: "string" } } };
    const schemaOf = (schema: object) =>
      load(
        withPayload({ properties: { x: { $ref: "b.schema.json" } } }, { "schemas/b.schema.json": schema }),
      ).types.find(({ name }) => name === "B")?.schema;
    expect(schemaOf({ $schema: draft07, ...beside })).not.toHaveProperty("minLength");
    expect(schemaOf(beside)).toHaveProperty("minLength", 5);
  });
});
