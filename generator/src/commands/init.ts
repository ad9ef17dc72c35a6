import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { folderLabel } from "../folders.js";
import { resolveGenerateOptions } from "../options.js";
import { readConfig } from "../read-config.js";
import { namingFailures } from "../write/failures.js";
import { buildFirstChannel } from "./first-channel.js";
import { addScript } from "./package-script.js";
import { printLine, terminalText } from "./terminal.js";

/** Adds a first channel and an npm script, overwriting nothing, and says what to do next. Gives the exit code. */
export async function runInit(): Promise<number> {
  const workingFolder = process.cwd();
  const { schemas } = resolveGenerateOptions({ ...(await readConfig(workingFolder)), workingFolder });
  const label = folderLabel(workingFolder, schemas);
  const lines = namingFailures(`cannot write to ${label}`, () =>
    hasChannels(schemas)
      ? [`${label} holds channels already; added none`]
      : addFirstChannel(schemas, label, workingFolder),
  );
  const script = namingFailures("cannot change package.json", () => addScript(workingFolder));
  for (const line of [...lines, script.done, "next:", ...script.next.map((step) => `  ${step}`)]) {
    printLine(terminalText(line));
  }
  return 0;
}

function hasChannels(schemas: string): boolean {
  return (
    existsSync(schemas) &&
    readdirSync(schemas, { recursive: true, encoding: "utf8" }).some((path) => path.endsWith(".channel.json"))
  );
}

function addFirstChannel(schemas: string, label: string, workingFolder: string): string[] {
  const format = join(workingFolder, "node_modules/eventwright/schema/channel.schema.json");
  const channelSchema = relative(join(schemas, "orders"), format).split(sep).join("/");
  return buildFirstChannel(channelSchema).map(({ path, text }) => {
    const created = createFile(join(schemas, path), text);
    return `${created ? "created" : "kept"} ${label}/${path}`;
  });
}

/** False when something stands there already. */
function createFile(path: string, text: string): boolean {
  mkdirSync(dirname(path), { recursive: true });
  try {
    writeFileSync(path, text, { flag: "wx" });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}
