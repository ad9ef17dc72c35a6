import ts from "typescript-5.9";
import { describe, expect, test } from "vitest";
import type { JsonValue } from "../../../generator/src/model/contract.js";
import { declarations, namedTypes } from "../../helpers/named-types.js";

/** Texts that would become code, end a comment or a literal, or give an order to a tool, if they could. */
const hostileTexts: readonly string[] = [
  "*/ globalThis.pwned = 1; /*",
  "*\\/ globalThis.pwned = 1; /*",
  "a */\nexport const pwned = 1;\n/**",
  '"; globalThis.pwned = 1; "',
  "'; globalThis.pwned = 1; '",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a text that would be code in a template
  "`${globalThis.pwned = 1}`",
  '"}; export const pwned = 1; interface X { "a',
  "a\u2028globalThis.pwned = 1",
  "a\u2029globalThis.pwned = 1\r*/ x",
  "a\u0000b\u0007\u001b[31m",
  "a\ud800b\udfff",
  "a\u202eb\u2066c\ufeff",
  "@ts-ignore",
  "</script><script>alert(1)</script>",
  "\\",
  "",
];

/** Schemas with a text of the user at one place each. */
const positions: Readonly<Record<string, (text: string) => JsonValue>> = {
  title: (text) => ({ type: "object", title: text, properties: { a: { title: text } } }),
  description: (text) => ({ type: "string", description: text }),
  "description of a member": (text) => ({ type: "object", properties: { a: { description: text } } }),
  "description of an item": (text) => ({ type: "array", items: { type: "object", description: text } }),
  comment: (text) => ({ type: "string", $comment: text }),
  default: (text) => ({ type: "object", properties: { a: { default: { [text]: text } } } }),
  example: (text) => ({ type: "object", properties: { a: { examples: [text, [text]] } } }),
  "member name": (text) => ({ type: "object", properties: { [text]: { type: "number" } }, required: [text] }),
  "required name": (text) => ({ type: "object", required: [text] }),
  "name under a condition": (text) => ({
    type: "object",
    properties: { a: {} },
    dependentRequired: { a: [text] },
  }),
  constant: (text) => ({ const: text }),
  enum: (text) => ({ type: "string", enum: [text, "other"] }),
  "name in a constant": (text) => ({ const: { [text]: [text] } }),
  "known value": (text) => ({ type: "string", "x-extensible-enum": [text] }),
  format: (text) => ({ type: "string", format: text }),
  content: (text) => ({ type: "string", contentMediaType: text, contentEncoding: text }),
  "unknown keyword": (text) => ({ type: "string", [`x-${text}`]: text }),
  "keywords of json-schema-to-typescript": (text) => ({
    enum: ["a"],
    tsEnumNames: [text],
    extends: { title: text },
  }),
  "name of a definition": (text) => ({ type: "string", $defs: { [text]: { type: "string" } } }),
  identifier: (text) => ({ type: "string", $id: text, $anchor: text, id: text }),
};

describe("types: text of a schema never becomes code", () => {
  test.each(Object.entries(positions))("%s", async (_, schema) => {
    const texts = hostileTexts.map((text, index) => [`T${index}`, schema(text)] as const);
    const harmless = syntaxOf((await declarations({ T: schema("harmless") })).get("T") ?? "");
    const rendered = await declarations(Object.fromEntries(texts));
    expect([...rendered.values()].map(syntaxOf)).toEqual(hostileTexts.map(() => harmless));
  });

  test("patterns", async () => {
    const { T = "" } = Object.fromEntries(
      await declarations({ T: { type: "string", pattern: "^a*/ x /$", minLength: 1 } }),
    );
    expect(syntaxOf(T)).toBe(syntaxOf("/** a */\nexport type T = string;\n"));
  });

  test("literals are the texts themselves", async () => {
    const [declaration = ""] = (await declarations({ T: { enum: [...hostileTexts] } })).values();
    const found: string[] = [];
    visit(parse(declaration), (node) => {
      if (ts.isStringLiteral(node)) found.push(node.text);
    });
    expect(found).toEqual(hostileTexts);
  });

  test("member names are the texts themselves", async () => {
    const properties = Object.fromEntries([...hostileTexts, "__proto__"].map((name) => [name, {}]));
    const [declaration = ""] = (await declarations({ T: { type: "object", properties } })).values();
    const found: string[] = [];
    visit(parse(declaration), (node) => {
      if (ts.isPropertySignature(node)) found.push(propertyText(node.name));
    });
    expect(found).toEqual(Object.keys(properties));
  });

  test("control characters and direction marks are written as escapes", async () => {
    const schema = { description: hostileTexts.join("\n"), enum: [...hostileTexts] };
    const [declaration = ""] = (await declarations({ T: schema })).values();
    expect(declaration).not.toMatch(/[^\n\P{Cc}]|[\p{Cs}\u2028\u2029\u202e\u2066\ufeff]/u);
  });

  test("raw code is refused", () => {
    expect(() => namedTypes({ T: { tsType: "string; globalThis.pwned = 1" } }, "2020-12")).toThrow(
      'T/tsType: expected no "tsType"',
    );
  });

  test("limits as text are refused", () => {
    expect(() => namedTypes({ T: { minItems: "*/ globalThis.pwned = 1 /*" } }, "2020-12")).toThrow(
      'T/minItems: expected a whole number from 0 for "minItems"',
    );
  });
});

describe("types: schemas that would cost too much", () => {
  test("bounded arrays do not multiply", async () => {
    const bounded = (levels: number): JsonValue =>
      levels === 0
        ? { enum: ["a", "b", "c"] }
        : { type: "array", items: bounded(levels - 1), minItems: 1_000_000, maxItems: 1_000_000_000 };
    const [declaration = ""] = (await declarations({ T: bounded(50) })).values();
    expect(declaration.length).toBeLessThan(2_000);
  });

  test("a million values become a kind", async () => {
    const [declaration] = (
      await declarations({ T: { enum: Array.from({ length: 1_000_000 }, (_, index) => `v${index}`) } })
    ).values();
    expect(declaration).toBe("/** Also checked: enum. */\nexport type T = string;\n");
  });

  test("400 levels of every kind of nesting", async () => {
    const wraps: readonly ((inner: JsonValue) => JsonValue)[] = [
      (items) => ({ type: "array", items }),
      (a) => ({ type: "object", properties: { a }, required: ["a"] }),
      (inner) => ({ anyOf: [inner, { type: "object", properties: { b: inner } }] }),
      (inner) => ({ allOf: [inner, { required: ["x"] }] }),
      (items) => ({ type: "array", prefixItems: [items], minItems: 1, maxItems: 2 }),
    ];
    for (const wrap of wraps) {
      // Objects that stand in two places make trees of text: only as deep as those stay small.
      const levels = wrap === wraps[2] ? 8 : 399;
      const schema = Array.from({ length: levels }).reduce<JsonValue>((inner) => wrap(inner), {
        type: "string",
      });
      const [declaration = ""] = (await declarations({ T: schema })).values();
      expect(parse(declaration).parseDiagnostics).toEqual([]);
    }
  });
});

/** The shape of a file: every syntax node by kind, without texts. Doc comments count as one, with their tags. */
function syntaxOf(text: string): string {
  const source = parse(text);
  if (source.parseDiagnostics.length > 0) return `broken: ${text}`;
  return shape(source);
}

interface ParsedFile extends ts.SourceFile {
  readonly parseDiagnostics: readonly ts.Diagnostic[];
}

function parse(text: string): ParsedFile {
  const source = ts.createSourceFile("t.ts", text, ts.ScriptTarget.ES2022, true);
  if (!("parseDiagnostics" in source)) throw new Error("the parser keeps its diagnostics elsewhere now");
  return source as ParsedFile;
}

function shape(node: ts.Node): string {
  const children: string[] = [];
  node.forEachChild((child) => {
    children.push(shape(child));
  });
  // A name is written bare or quoted, whatever it is.
  const kind =
    ts.isIdentifier(node) || ts.isStringLiteral(node) || ts.isComputedPropertyName(node)
      ? "text"
      : ts.SyntaxKind[node.kind];
  return children.length === 0 ? kind : `${kind}(${children.join(" ")})`;
}

function visit(node: ts.Node, look: (node: ts.Node) => void): void {
  look(node);
  node.forEachChild((child) => visit(child, look));
}

function propertyText(name: ts.PropertyName): string {
  const literal = ts.isComputedPropertyName(name) ? name.expression : name;
  if (!ts.isIdentifier(literal) && !ts.isStringLiteral(literal)) throw new Error("neither a name nor a text");
  return literal.text;
}
