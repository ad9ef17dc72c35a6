import fc from "fast-check";
import { ts } from "ts-morph";
import { expect, test } from "vitest";
import { createEmitContext } from "../../../generator/src/emit/emit-context.js";
import { emitSources } from "../../../generator/src/emit/emit-sources.js";
import type { OutputFile } from "../../../generator/src/emit/output-file.js";
import { parseFile } from "../../../generator/src/emit/syntax/parsed-file.js";
import type { ContractSet } from "../../../generator/src/model/contract.js";
import { targets } from "./golden.js";
import { ordersDeclarations, ordersSet } from "./orders-set.js";

/** Text of another team: anything at all, and what has broken generators before. */
const hostileText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary", maxLength: 8 }),
      fc.constantFrom(
        "*/",
        "/*",
        "//",
        "\n",
        "\r",
        "\u2028",
        "\u2029",
        "\0",
        "\ud800",
        '"',
        "'",
        "`",
        "${",
        "\\",
      ),
      fc.constantFrom("@ts-ignore", "@ts-expect-error", "@ts-nocheck", "# sourceMappingURL=a", "</script>"),
      fc.constantFrom(
        "*/ throw 1; /*",
        '"); throw 1; ("',
        '/// <reference path="a" />',
        "__proto__",
        " ",
        "}",
      ),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(""));

interface Texts {
  /** Ends in comments. */
  readonly comment: string;
  /** Ends in literals. */
  readonly literal: string;
  /** Ends in member names. */
  readonly name: string;
}

/** The sample set with these texts wherever a user's text goes. */
function setWith({ comment, literal, name }: Texts): ContractSet {
  const channels = ordersSet.channels.map((channel) => ({
    ...channel,
    name: literal,
    address: literal,
    description: comment,
    source: { ...channel.source, file: comment },
    parameters: channel.parameters.map((parameter) => ({ ...parameter, name, description: comment })),
    contracts: channel.contracts.map((contract) => ({
      ...contract,
      type: literal,
      key: literal,
      ...(contract.payload === undefined && { description: comment }),
    })),
  }));
  const schema = { title: comment, description: comment };
  const types = ordersSet.types.map((type) => ({
    ...type,
    schema,
    source: { ...type.source, file: comment },
  }));
  return { channels, types };
}

/** The syntax tree of a file without texts: kinds of nodes and identifiers. Any name of a member counts as one. */
function shape(file: OutputFile): readonly string[] {
  const { source } = parseFile(file, ts);
  const nodes: string[] = [];
  const visit = (node: ts.Node): void => {
    const { parent } = node;
    if (ts.isPropertyAssignment(parent) && parent.name === node) {
      nodes.push(
        ts.isComputedPropertyName(node) || parent.name.getText() !== "__proto__" ? "member" : "prototype",
      );
    } else if (ts.isPropertySignature(parent) && parent.name === node) nodes.push("member");
    else {
      nodes.push(ts.isIdentifier(node) ? node.text : String(node.kind));
      ts.forEachChild(node, visit);
    }
  };
  ts.forEachChild(source, visit);
  return nodes;
}

function literals(file: OutputFile): readonly string[] {
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node)) texts.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(parseFile(file, ts).source);
  return texts;
}

test.each(targets)("hostile text: target %s has the syntax tree of harmless text", (target) => {
  const emitted = (texts: Texts): readonly OutputFile[] =>
    emitSources(createEmitContext(setWith(texts), ordersDeclarations), { target });
  const harmless = emitted({ comment: "text", literal: "text", name: "text" }).map(shape);
  const texts = fc.record({ comment: hostileText, literal: hostileText, name: hostileText });
  fc.assert(
    fc.property(texts, (given) => {
      const files = emitted(given);
      expect(files.map(shape)).toEqual(harmless);
      const written = files.filter(({ path }) => !path.endsWith(".d.ts")).flatMap(literals);
      expect(written).toContain(given.literal);
    }),
    { numRuns: 100, examples: [[{ comment: "*/", literal: '"', name: "__proto__" }]] },
  );
});
