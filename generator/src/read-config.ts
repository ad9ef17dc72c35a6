import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "./check-config.js";
import type { Config } from "./options.js";

/** Stands in the working folder. Plain JSON, never code, so that a checkout from anywhere can be generated. */
export const CONFIG_FILE = "eventwright.config.json";

/**
 * Reads the options that the working folder sets; none when it has no config file. Throws a `FindingsError` with
 * everything that is wrong in the file.
 */
export async function readConfig(workingFolder: string): Promise<Config> {
  const path = join(workingFolder, CONFIG_FILE);
  if (!existsSync(path)) return {};
  const { isConfig } = await import("./check-config.js");
  const config = readQuickly(path);
  return isConfig(config, () => {}) ? config : readWithFindings(workingFolder);
}

/**
 * The content of a file that is right as JSON and repeats no member, else undefined. Spares runs without findings
 * the parser that knows positions, which takes longer to load than all the rest of a run without changes.
 */
function readQuickly(path: string): unknown {
  try {
    if (!statSync(path).isFile()) return undefined;
    const text = readFileSync(path, "utf8");
    if (text.includes("\uFFFD")) return undefined; // perhaps not UTF-8
    const value: unknown = JSON.parse(text);
    const declared =
      text.match(/"(?:[^"\\]|\\.)*"\s*:?/g)?.filter((token) => token.endsWith(":")).length ?? 0;
    return declared === countMembers(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function countMembers(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce((sum: number, member) => sum + countMembers(member), own);
}

async function readWithFindings(workingFolder: string): Promise<Config> {
  const [{ isConfig }, { Roots }, { SourceFiles }, { FindingList }] = await Promise.all([
    import("./check-config.js"),
    import("./load/roots.js"),
    import("./load/read-files.js"),
    import("./load/finding-list.js"),
  ]);
  const findings = new FindingList();
  const roots = new Roots({ schemas: workingFolder, roots: [], workingFolder });
  const document = new SourceFiles(roots, findings).open(join(roots.schemas, CONFIG_FILE));
  const config: unknown = document?.value;
  const report: Report = (pointer, rule, message) => {
    if (document !== undefined) findings.add(document.location(pointer), rule, message);
  };
  const right = document !== undefined && isConfig(config, report);
  findings.throwIfAny();
  return right ? config : {};
}
