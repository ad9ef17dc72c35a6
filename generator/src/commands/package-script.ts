import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { applyEdits, modify, type ParseError, parse } from "jsonc-parser";
import { isRecord } from "../is-record.js";

export interface ScriptReport {
  /** What happened, for the user. */
  readonly done: string;
  /** Commands that are left to run. */
  readonly next: readonly string[];
}

/**
 * Adds the script `generate` to the folder's package.json, if there is one and it has none, and keeps its layout.
 * `next` holds what it takes from there to generated code that runs.
 */
export function addScript(folder: string): ScriptReport {
  const file = join(folder, "package.json");
  if (!existsSync(file)) return report("found no package.json; added no script", {});
  const text = readFileSync(file, "utf8");
  const errors: ParseError[] = [];
  const content: unknown = parse(text, errors, { disallowComments: true });
  if (errors.length > 0 || !isRecord(content)) return report("kept package.json: it is not valid JSON", {});
  const { scripts = {} } = content;
  if (!isRecord(scripts)) return report('kept package.json: its "scripts" are no object', content);
  if (scripts.generate !== undefined) return report('kept the script "generate" of package.json', content);
  const layout = { formattingOptions: layoutOf(text) };
  writeFileSync(
    file,
    applyEdits(text, modify(text, ["scripts", "generate"], "eventwright generate", layout)),
  );
  return report('added the script "generate" to package.json', content, "npm run generate");
}

function report(
  done: string,
  content: Readonly<Record<string, unknown>>,
  generate = "npx eventwright generate",
): ScriptReport {
  return { done, next: [...installs(content), generate] };
}

/** What generated code and the script need and the package does not name yet. */
function installs(content: Readonly<Record<string, unknown>>): string[] {
  const named = new Set(
    ["dependencies", "devDependencies"].flatMap((member) => {
      const packages = content[member];
      return isRecord(packages) ? Object.keys(packages) : [];
    }),
  );
  const commands = { "@eventwright/runtime": "npm install", eventwright: "npm install --save-dev" };
  return Object.entries(commands).flatMap(([name, command]) =>
    named.has(name) ? [] : [`${command} ${name}`],
  );
}

/** Line ends are taken over by the editor of jsonc-parser itself. */
function layoutOf(text: string): { insertSpaces: boolean; tabSize: number } {
  const indent = /\n([\t ]+)"/.exec(text)?.[1] ?? "  ";
  return { insertSpaces: !indent.startsWith("\t"), tabSize: indent.length };
}
