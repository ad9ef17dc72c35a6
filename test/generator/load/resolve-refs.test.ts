import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadContracts } from "../../../generator/src/load/load-contracts.js";
import type { ContractSet } from "../../../generator/src/model/contract.js";
import { type Files, findingsIn, findingsOf, load, withPayload, workingFolder } from "./load-files.js";

/** The key of the type that `{ "properties": { "to": { "$ref": ref } } }` as a payload refers to. */
function targetOf(ref: string, others: Files, roots: readonly string[] = []): string | undefined {
  return typeNamed(load(withReference(ref, others), roots), "Happened").references[0];
}

function withReference(ref: string, others: Files = {}): Files {
  return withPayload({ type: "object", properties: { to: { $ref: ref } } }, others);
}

function typeNamed(set: ContractSet, name: string) {
  const type = set.types.find((candidate) => candidate.name === name);
  if (type === undefined) throw new Error(`no type ${name}`);
  return type;
}

const b = {
  $id: "https://example.com/schemas/b.json",
  $defs: {
    text: { $anchor: "words", type: "string" },
    "a/b~c d": { type: "integer" },
    nested: { $id: "nested/c.json", $defs: { text: { $anchor: "words", type: "string" } } },
    urn: { $id: "urn:example:d", $defs: { text: { $anchor: "words", type: "string" } } },
    loose: { $dynamicAnchor: "moving", type: "string" },
  },
  prefixItems: [{ type: "string" }],
  "x-parts": { own: { type: "string" } },
};
const draft07 = {
  $schema: "http://json-schema.org/draft-07/schema#",
  definitions: {
    text: { $id: "#words", type: "string" },
    c: { $id: "https://example.com/c#", definitions: { d: {} } },
  },
};

describe("resolve refs: a reference leads to", () => {
  test.each([
    ["b.schema.json", ""],
    ["./sub/../b.schema.json", ""],
    ["%62.schema.json#", ""],
    ["b.schema.json#/$defs/text", "/$defs/text"],
    ["b.schema.json#/%24defs/text", "/$defs/text"],
    ["b.schema.json#/$defs/a~1b~0c%20d", "/$defs/a~1b~0c d"],
    ["b.schema.json#/prefixItems/0", "/prefixItems/0"],
    ["b.schema.json#/x-parts/own", "/x-parts/own"],
    ["b.schema.json#words", "/$defs/text"],
    ["b.schema.json#moving", "/$defs/loose"],
    ["https://example.com/schemas/b.json", ""],
    ["https://EXAMPLE.com/x/../schemas/b.json#words", "/$defs/text"],
    ["https://example.com/schemas/nested/c.json", "/$defs/nested"],
    ["https://example.com/schemas/nested/c.json#/$defs/text", "/$defs/nested/$defs/text"],
    ["https://example.com/schemas/nested/c.json#words", "/$defs/nested/$defs/text"],
    ["urn:example:d", "/$defs/urn"],
    ["urn:example:d#words", "/$defs/urn/$defs/text"],
  ])("2020-12: %s", (ref, pointer) => {
    expect(targetOf(ref, { "schemas/b.schema.json": b })).toBe(`schemas/b.schema.json#${pointer}`);
  });

  test.each([
    ["b.schema.json#words", "/definitions/text"],
    ["https://example.com/c", "/definitions/c"],
    ["https://example.com/c#/definitions/d", "/definitions/c/definitions/d"],
  ])("draft-07: %s", (ref, pointer) => {
    expect(targetOf(ref, { "schemas/b.schema.json": draft07 })).toBe(`schemas/b.schema.json#${pointer}`);
  });

  test("a file that is not called a schema, when it lies in a root", () => {
    const others = { "schemas/b.json": { type: "string" }, "more/c.json": { type: "string" } };
    expect(targetOf("b.json", others)).toBe("schemas/b.json#");
    expect(targetOf("../more/c.json", others, ["more"])).toBe("more/c.json#");
  });

  test("a file of any name in a root that has the $id, and files with other problems do no harm", () => {
    const others = {
      "schemas/b.json": { $id: "https://example.com/b.json", type: "string" },
      "more/c.json": { $id: "urn:example:c" },
      "schemas/broken.json": '{ "$id": "https://example.com/d.json" ',
    };
    expect(targetOf("https://example.com/b.json", others)).toBe("schemas/b.json#");
    expect(targetOf("urn:example:c", others, ["more"])).toBe("more/c.json#");
  });

  test("the schema of another contract", () => {
    expect(
      targetOf("#/events/Happened/payload/properties/own", {
        "schemas/a.channel.json": {
          channel: "a",
          events: {
            Happened: { payload: { properties: { to: { $ref: "#/events/Other/payload" } } } },
            Other: { payload: { type: "string" } },
          },
        },
      }),
    ).toBe("schemas/a.channel.json#/events/Other/payload");
  });
});

describe("resolve refs: relative references count from", () => {
  const files = {
    "schemas/b.schema.json": {
      $id: "https://example.com/one/b.json",
      properties: { c: { $ref: "c.json" }, d: { $id: "two/", properties: { c: { $ref: "c.json" } } } },
    },
    "schemas/c.schema.json": { $id: "https://example.com/one/c.json", type: "string" },
    "schemas/d.schema.json": { $id: "https://example.com/one/two/c.json", type: "integer" },
  };

  test("the nearest $id", () => {
    const { types } = load(withReference("b.schema.json", files));
    const { references } = types.find(({ key }) => key === "schemas/b.schema.json#") ?? {};
    expect(references).toEqual(["schemas/c.schema.json#", "schemas/d.schema.json#"]);
  });

  test("the file, where no schema has the $id", () => {
    const { "schemas/c.schema.json": _, "schemas/d.schema.json": __, ...others } = files;
    const { types } = load(
      withReference("b.schema.json", { ...others, "schemas/c.json": { type: "string" } }),
    );
    const { references } = types.find(({ key }) => key === "schemas/b.schema.json#") ?? {};
    expect(references).toEqual(["schemas/c.json#"]);
  });

  test("neither, where the two lead to different files: that is refused", () => {
    expect(findingsIn(withReference("b.schema.json", { ...files, "schemas/c.json": {} }))).toEqual([
      'schemas/b.schema.json:5:7 /properties/c/$ref: cannot follow the reference "c.json": by its "$id" it is schemas/c.schema.json, by its path it is schemas/c.json [ambiguous-reference]',
      'schemas/b.schema.json:11:11 /properties/d/properties/c/$ref: cannot follow the reference "c.json": by its "$id" it is schemas/d.schema.json, by its path it is schemas/c.json [ambiguous-reference]',
    ]);
  });

  test("the file for an $id beside a $ref in draft-07, where it counts for nothing", () => {
    const beside = { $id: "https://example.com/one/", $ref: "c.json" };
    const { types } = load(
      withReference("b.schema.json", {
        ...files,
        "schemas/b.schema.json": { $schema: draft07.$schema, properties: { c: beside } },
        "schemas/c.json": { type: "string" },
      }),
    );
    const { references } = types.find(({ key }) => key === "schemas/b.schema.json#") ?? {};
    expect(references).toEqual(["schemas/c.json#"]);
  });

  test("a folder, where an $id names one", () => {
    const schema = { properties: { a: { $id: "sub/", properties: { c: { $ref: "c.json" } } } } };
    const others = {
      "schemas/b.schema.json": schema,
      "schemas/c.json": true,
      "schemas/sub/c.json": { type: "string" },
    };
    const { types } = load(withReference("b.schema.json", others));
    const { references } = types.find(({ key }) => key === "schemas/b.schema.json#") ?? {};
    expect(references).toEqual(["schemas/sub/c.json#"]);
  });
});

describe("resolve refs: what looks like an identity is none", () => {
  test.each([
    ["in a value", { const: { $id: "https://example.com/x" } }],
    ["as the name of a property", { properties: { $id: { const: "https://example.com/x" } } }],
    ["below an unknown keyword", { "x-more": { $id: "https://example.com/x" } }],
  ])("%s", (_, schema) => {
    const others = {
      "schemas/b.schema.json": schema,
      "schemas/c.schema.json": { $id: "https://example.com/x" },
    };
    expect(targetOf("https://example.com/x", others)).toBe("schemas/c.schema.json#");
  });
});

describe("resolve refs: a reference is refused that is", () => {
  const outside =
    'is outside of the schema folders; add its folder to "roots" in eventwright.config.json [outside-roots]';
  const unknown = 'no schema here has this "$id", and nothing is fetched [unknown-address]';
  test.each([
    ["b.json", "there is no file schemas/b.json [reference-to-nowhere]"],
    [
      "c.schema.json#/$defs/tekst",
      'schemas/c.schema.json has nothing at "/$defs/tekst"; did you mean "text"? [reference-to-nowhere]',
    ],
    [
      "c.schema.json#/$defs/text/type/0",
      'schemas/c.schema.json has nothing at "/$defs/text/type/0" [reference-to-nowhere]',
    ],
    ["c.schema.json#/$defs", "expected one schema, got something else [reference-to-nowhere]"],
    ["c.schema.json#gone", 'schemas/c.schema.json has no anchor "gone" [reference-to-nowhere]'],
    ["c.schema.json#/~2", "expected a JSON Pointer behind # [refused-reference]"],
    ["c.schema.json#%ff", "expected percent-encoded UTF-8 behind # [refused-reference]"],
    ["#", "expected one schema, got something else [reference-to-nowhere]"],
    ["#/events", "expected one schema, got something else [reference-to-nowhere]"],
    ["sub", "expected a .json file [refused-reference]"],
    ["../.env", `.env ${outside}`],
    ["../outside.json", `outside.json ${outside}`],
    ["../../outside.json", `../outside.json ${outside}`],
    ["%2e%2e/outside.json", `outside.json ${outside}`],
    ["..%2foutside.json", "expected a plain path, got percent-encoded separators [refused-reference]"],
    ["b.json%00", "expected a plain path, got percent-encoded separators [refused-reference]"],
    ["..\\outside.json", "expected forward slashes, got a backslash [refused-reference]"],
    ["b.json\n", "a reference holds no control characters [refused-reference]"],
    ["b.json?v=1", "expected a relative path, got one with a query [refused-reference]"],
    ["/etc/passwd.json", "expected a relative path, got an absolute one [refused-reference]"],
    ["/dev/stdin", "expected a relative path, got an absolute one [refused-reference]"],
    ["~/b.json", "expected a relative path, got one that begins with a home folder [refused-reference]"],
    ["C:/b.json", "expected a relative path, got a drive letter [refused-reference]"],
    ["sub/NUL.json", "expected the name of a file, got that of a device [refused-reference]"],
    ["file:///etc/passwd.json", 'expected a relative path, got a "file:" address [refused-reference]'],
    ["FILE:b.json", 'expected a relative path, got a "file:" address [refused-reference]'],
    ["//example.com/b.json", "expected a relative path, got an address on another host [refused-reference]"],
    ["https://example.com/b.json", unknown],
    ["http://169.254.169.254/latest/meta-data/", unknown],
    ["http://localhost:1/b.json", unknown],
    ["http://json-schema.org/draft-07/schema#", unknown],
    ["data:application/json,{}", unknown],
    ["urn:example:gone", unknown],
  ])("%j", (ref, why) => {
    const others = {
      "schemas/c.schema.json": { $defs: { text: { type: "string" } } },
      "schemas/sub/x.json": {},
      "outside.json": {},
    };
    expect(findingsIn(withReference(ref, others))).toEqual([
      `schemas/a.channel.json:9:13 /events/Happened/payload/properties/to/$ref: cannot follow the reference ${JSON.stringify(ref)}: ${why}`,
    ]);
  });

  test("a link out of the roots", () => {
    const folder = workingFolder(withReference("b.json", { "outside.json": {} }));
    symlinkSync("../outside.json", join(folder, "schemas/b.json"));
    expect(findingsOf(() => loadContracts({ schemas: "schemas", roots: [], workingFolder: folder }))).toEqual(
      [
        'schemas/a.channel.json:9:13 /events/Happened/payload/properties/to/$ref: cannot follow the reference "b.json": schemas/b.json is a link out of the schema folders [outside-roots]',
      ],
    );
  });

  test("right, when what it leads to cannot be read: that is one finding, not two", () => {
    expect(findingsIn(withReference("b.json", { "schemas/b.json": "{" }))).toEqual([
      "schemas/b.json:1:2: expected a closing brace [json-syntax]",
    ]);
  });
});

describe("resolve refs: two places with one identity are refused, with both", () => {
  const other = "expected an identity of its own, got that of";
  test.each([
    [
      "$id",
      { $id: "https://example.com/b" },
      { $id: "https://example.com/b" },
      "schemas/c.schema.json:2:3 /$id",
      "schemas/b.schema.json:1:1",
    ],
    [
      "$id as a file",
      {},
      { $defs: { x: { $id: "b.schema.json" } } },
      "schemas/c.schema.json:4:7 /$defs/x/$id",
      "schemas/b.schema.json:1:1",
    ],
    [
      "$anchor",
      {},
      { $defs: { x: { $anchor: "q" }, y: { $anchor: "q" } } },
      "schemas/c.schema.json:7:7 /$defs/y/$anchor",
      "schemas/c.schema.json:3:5",
    ],
    [
      "draft-07 anchor",
      {},
      { $schema: draft07.$schema, definitions: { x: { $id: "#q" }, y: { $id: "#q" } } },
      "schemas/c.schema.json:8:7 /definitions/y/$id",
      "schemas/c.schema.json:4:5",
    ],
    [
      "$anchor below one $id",
      { $id: "https://example.com/b", $anchor: "q" },
      { $defs: { x: { $id: "https://example.com/b", $anchor: "q" } } },
      "schemas/c.schema.json:4:7 /$defs/x/$id",
      "schemas/b.schema.json:1:1",
    ],
  ])("%s", (_, one, two, place, first) => {
    const findings = findingsIn(
      withPayload(true, { "schemas/b.schema.json": one, "schemas/c.schema.json": two }),
    );
    expect(findings[0]).toBe(`${place}: ${other} ${first} [ambiguous-identity]`);
  });

  test("also when only a reference brings the second one in", () => {
    const others = {
      "schemas/b.schema.json": { $id: "https://example.com/b" },
      "more/c.json": { $id: "https://example.com/b" },
    };
    expect(findingsIn(withReference("../more/c.json", others), ["more"])).toEqual([
      `more/c.json:2:3 /$id: ${other} schemas/b.schema.json:1:1 [ambiguous-identity]`,
    ]);
  });

  test("also when one says to have the address of the other's file, whichever is read first", () => {
    const files = { "schemas/b.schema.json": { $id: "c.schema.json" }, "schemas/c.schema.json": {} };
    expect(findingsIn(withPayload(true, files))).toEqual([
      `schemas/c.schema.json:1:1: ${other} schemas/b.schema.json:1:1 [ambiguous-identity]`,
    ]);
  });

  test.each([
    ["file:///etc/", "outside-roots"],
    ["file:///a%2fb/", "refused-reference"],
    ["file://host/share/", "refused-reference"],
    ["//host/share/", "refused-reference"],
    ["c:/b.json", "reference-to-nowhere"],
    ["../../../../../etc/", "outside-roots"],
  ])("the $id %s leads no reference out of the roots", ($id, rule) => {
    const schema = { $id, properties: { a: { $ref: "passwd.json" } } };
    const [finding, ...more] = findingsIn(
      withReference("b.schema.json", { "schemas/b.schema.json": schema }),
    );
    expect(finding).toMatch(
      new RegExp(`^schemas/b\\.schema\\.json:5:7 /properties/a/\\$ref: .*\\[${rule}\\]$`),
    );
    expect(more).toEqual([]);
  });

  test("an $id that is no address is refused", () => {
    expect(findingsIn(withPayload(true, { "schemas/b.schema.json": { $id: "http://[" } }))).toEqual([
      'schemas/b.schema.json:2:3 /$id: expected an address without a fragment, got "http://[" [invalid-id]',
    ]);
  });

  test("draft-07 takes a JSON Pointer as $id for no identity", () => {
    const schema = { $schema: draft07.$schema, properties: { a: { $id: "#/x" }, b: { $id: "#/x" } } };
    expect(findingsIn(withPayload(true, { "schemas/b.schema.json": schema }))).toEqual([]);
  });

  test("an $id with a fragment is none in 2020-12", () => {
    expect(
      findingsIn(withPayload(true, { "schemas/b.schema.json": { $id: "https://example.com/b#c" } })),
    ).toEqual([
      'schemas/b.schema.json:2:3 /$id: expected an address without a fragment, got "https://example.com/b#c" [invalid-id]',
    ]);
  });
});

describe("resolve refs: the dialect", () => {
  const supported =
    'expected the dialect "https://json-schema.org/draft/2020-12/schema" or "http://json-schema.org/draft-07/schema#"';

  test.each([
    "https://json-schema.org/draft/2020-12/schema",
    "http://json-schema.org/draft/2020-12/schema#",
    "http://json-schema.org/draft-07/schema",
    "https://json-schema.org/draft-07/schema#",
  ])("%s is known", ($schema) => {
    expect(findingsIn(withPayload(true, { "schemas/b.schema.json": { $schema } }))).toEqual([]);
  });

  test.each([
    "https://json-schema.org/draft/2019-09/schema",
    "http://json-schema.org/draft-04/schema#",
    "http://json-schema.org/schema#",
    "https://example.com/my-dialect",
  ])("%s is refused, with the supported ones", ($schema) => {
    expect(findingsIn(withPayload(true, { "schemas/b.schema.json": { $schema } }))).toEqual([
      `schemas/b.schema.json:2:3 /$schema: ${supported}, got "${$schema}" [unknown-dialect]`,
    ]);
  });

  test("is one for a whole file", () => {
    const schema = {
      $schema: draft07.$schema,
      definitions: { x: { $schema: "https://json-schema.org/draft/2020-12/schema" } },
    };
    expect(findingsIn(withPayload(true, { "schemas/b.schema.json": schema }))).toEqual([
      'schemas/b.schema.json:5:7 /definitions/x/$schema: expected the dialect of the whole file, got "https://json-schema.org/draft/2020-12/schema"; give the schema its own file [mixed-dialects]',
    ]);
  });

  test("is that of the file a schema stands in, not of the one that refers to it", () => {
    const others = {
      "schemas/b.schema.json": {
        $schema: draft07.$schema,
        type: "array",
        items: [{ type: "string" }],
        prefixItems: [false],
      },
    };
    expect(typeNamed(load(withReference("b.schema.json", others)), "B").schema).toEqual({
      type: ["array"],
      prefixItems: [{ type: ["string"] }],
    });
  });
});

describe("resolve refs: a $dynamicRef", () => {
  const schemaOf = ($dynamicRef: string, $defs: object) =>
    load(
      withPayload(
        { $ref: "b.schema.json" },
        { "schemas/b.schema.json": { properties: { x: { $dynamicRef } }, $defs } },
      ),
    ).types.find(({ name }) => name === "Text")?.schema;

  test.each([
    ["#/$defs/text", { text: { type: "string" } }],
    ["#anchor", { text: { $anchor: "anchor", type: "string" } }],
    ["#/$defs/text", { text: { $dynamicAnchor: "anchor", type: "string" } }],
  ])("to %s of %j is a plain reference", (ref, $defs) => {
    expect(schemaOf(ref, $defs)).toEqual({ type: ["string"] });
  });

  test.each(["#anchor", "b.schema.json#anchor", "b.schema.json#%61nchor"])(
    "to %s is refused where that is a $dynamicAnchor",
    (ref) => {
      const schema = {
        properties: { x: { $dynamicRef: ref } },
        $defs: { text: { $dynamicAnchor: "anchor", type: "string" } },
      };
      expect(findingsIn(withPayload({ $ref: "b.schema.json" }, { "schemas/b.schema.json": schema }))).toEqual(
        [
          `schemas/b.schema.json:4:7 /properties/x/$dynamicRef: expected no "$dynamicRef" to a "$dynamicAnchor", got ${JSON.stringify(ref)}; use "$ref", which leads to one place [dynamic-reference]`,
        ],
      );
    },
  );

  test("in a circle without data is found", () => {
    const schema = { $dynamicRef: "#/$defs/b", $defs: { b: { $dynamicRef: "#" } } };
    expect(findingsIn(withPayload({ $ref: "b.schema.json" }, { "schemas/b.schema.json": schema }))).toEqual([
      expect.stringContaining("[reference-cycle]"),
    ]);
  });
});
