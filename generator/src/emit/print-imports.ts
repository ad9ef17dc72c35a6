import { stringLiteral } from "./escape.js";
import { relativeSpecifier } from "./module-path.js";
import { printList } from "./print-list.js";
import type { Flavour } from "./print-source.js";
import { runtimeModule } from "./runtime-imports.js";
import type { Import, SourceFile } from "./source-file.js";

/** The import lines of a module in one flavour: the runtime first, then other modules by path; empty without any. */
export function printImports(file: SourceFile, flavour: Flavour): string {
  const bySpecifier = new Map<string, Import[]>();
  for (const { name, from, use } of importsOf(file, flavour)) {
    const specifier = from === runtimeModule ? from : relativeSpecifier(file.module, from);
    const group = bySpecifier.get(specifier) ?? [];
    bySpecifier.set(specifier, [...group, { name, from, use }]);
  }
  // By code unit, "../" and "./" stand before "@": the runtime is put first by hand.
  const specifiers = [...bySpecifier.keys()].sort();
  const ordered = [
    ...specifiers.filter((specifier) => specifier === runtimeModule),
    ...specifiers.filter((specifier) => specifier !== runtimeModule),
  ];
  return ordered.map((specifier) => printImport(specifier, bySpecifier.get(specifier) ?? [])).join("");
}

/** What the flavour needs, each name once, sorted by name: declarations need types only, JavaScript values only. */
function importsOf(file: SourceFile, flavour: Flavour): readonly Import[] {
  const byName = new Map<string, Import>();
  for (const statement of file.statements) {
    if (statement.kind === "re-export") continue;
    for (const wanted of statement.imports) {
      if (wanted.from === file.module) continue;
      if (flavour === "d.ts" && wanted.use === "value") continue;
      if (flavour === "js" && wanted.use === "type") continue;
      // The import of a value brings its type along.
      if (byName.get(wanted.name)?.use !== "value") byName.set(wanted.name, wanted);
    }
  }
  return [...byName.keys()].sort().flatMap((name) => byName.get(name) ?? []);
}

function printImport(specifier: string, imports: readonly Import[]): string {
  const typesOnly = imports.every(({ use }) => use === "type");
  const names = imports.map(({ name, use }) => (use === "type" && !typesOnly ? `type ${name}` : name));
  const keyword = typesOnly ? "import type" : "import";
  return `${printList(`${keyword} { `, names, ` } from ${stringLiteral(specifier)};`)}\n`;
}
