import { existsSync } from "node:fs";
import { join } from "node:path";
import { isConfig, type Report } from "./check-config.js";
import type { Config } from "./options.js";

/** Stands in the working folder. Plain JSON, never code, so that a checkout from anywhere can be generated. */
export const CONFIG_FILE = "eventwright.config.json";

/**
 * Reads the options that the working folder sets; none when it has no config file. Throws a `FindingsError` with
 * everything that is wrong in the file.
 */
export async function readConfig(workingFolder: string): Promise<Config> {
  if (!existsSync(join(workingFolder, CONFIG_FILE))) return {};
  const [{ Roots }, { SourceFiles }, { FindingList }] = await Promise.all([
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
