import { readFileSync } from "node:fs";
import { ts } from "ts-morph";
import { expect, test } from "vitest";
import {
  runtimeImports,
  runtimePackage,
  runtimeVersions,
} from "../../../generator/src/emit/runtime-imports.js";
import * as contractModule from "../../../runtime/src/contract.js";

const runtimeFile = (path: string): string =>
  readFileSync(new URL(`../../../runtime/${path}`, import.meta.url), "utf8");

test("runtime imports: the runtime's contract module exports every name", () => {
  const source = ts.createSourceFile("contract.ts", runtimeFile("src/contract.ts"), ts.ScriptTarget.ES2022);
  const exported = source.statements.flatMap((statement) => {
    const clause = ts.isExportDeclaration(statement) ? statement.exportClause : undefined;
    return clause !== undefined && ts.isNamedExports(clause)
      ? clause.elements.map(({ name }) => name.text)
      : [];
  });
  expect(exported).toEqual(expect.arrayContaining(Object.keys(runtimeImports)));
});

test("runtime imports: what is imported as a value is one", () => {
  const values = Object.entries(runtimeImports).flatMap(([name, use]) => (use === "value" ? [name] : []));
  expect(Object.keys(contractModule)).toEqual(expect.arrayContaining(values));
});

test("runtime imports: the peer dependency of the output takes the runtime of this repository", () => {
  const { name, version }: { name: string; version: string } = JSON.parse(runtimeFile("package.json"));
  const [major, minor] = version.split(".");
  expect(name).toBe(runtimePackage);
  expect(runtimeVersions).toMatch(new RegExp(`^\\^${major}\\.${minor}\\.\\d+$`));
});
