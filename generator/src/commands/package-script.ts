import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { applyEdits, modify, type ParseError, parse } from "jsonc-parser";

export interface ScriptReport {
  /** What happened, for the user. */
  readonly done: readonly string[];
  /** Commands that are left to run. */
  readonly next: readonly string[];
}

/**
 * Adds the script `generate` to the folder's package.json, if there is one and it has none, and keeps its layout.
 * `next` holds what it takes from there to generated code that runs.
 */
export function addScript(folder: string): ScriptReport {
  const file = join(folder, "package.json");
  if (!existsSync(file)) {
    return {
      done: ["found no package.json; added no script"],
      next: [...installs({}), "npx eventwright generate"],
    };
  }
  const text = readFileSync(file, "utf8");
  const errors: ParseError[] = [];
  const content: unknown = parse(text, errors, { disallowComments: true });
  if (errors.length > 0 || !isRecord(content)) {
    return { done: ["kept package.json: it is not valid JSON"], next: ["npx eventwright generate"] };
  }
  const { scripts } = content;
  if (isRecord(scripts) && scripts.generate !== undefined) {
    return {
      done: ['kept the script "generate" of package.json'],
      next: [...installs(content), "npx eventwright generate"],
    };
  }
  const edits = modify(text, ["scripts", "generate"], "eventwright generate", {
    formattingOptions: layoutOf(text),
  });
  writeFileSync(file, applyEdits(text, edits));
  return {
    done: ['added the script "generate" to package.json'],
    next: [...installs(content), "npm run generate"],
  };
}

/** What generated code and the script need and the package does not name yet. */
function installs(content: Record<string, unknown>): string[] {
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

function layoutOf(text: string): { insertSpaces: boolean; tabSize: number; eol: string } {
  const indent = /\n([\t ]+)"/.exec(text)?.[1] ?? "  ";
  return {
    insertSpaces: !indent.startsWith("\t"),
    tabSize: indent.length,
    eol: text.includes("\r\n") ? "\r\n" : "\n",
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
