import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ownFolder = fileURLToPath(new URL("../../corpora", import.meta.url));

/**
 * The folder of another project's test data, in the folder that `EVENTWRIGHT_CORPORA` names, else in `corpora/`.
 * @throws Error with the way out when it is not there
 */
export function corpus(name: "json-schema-test-suite" | "openlineage"): string {
  const folder = join(process.env.EVENTWRIGHT_CORPORA ?? ownFolder, name);
  if (!existsSync(folder)) throw new Error(`no test data in ${folder}: run "npm run corpora"`);
  return folder;
}
