import { flatFinding, formatFinding } from "../errors.js";
import { checkPayloads } from "../payload/check-payloads.js";
import { readConfig } from "../read-config.js";
import { jsonText, printError, printLine, terminalText } from "./terminal.js";

export interface ValidateFlags {
  readonly contract: string;
  readonly files: readonly string[];
  readonly as?: "reader" | "writer";
  readonly reply?: boolean;
  readonly schemas?: string;
  readonly json?: boolean;
}

/** Prints everything wrong with payload files, one line each. Gives the exit code: 1 when anything is. */
export async function runValidate({ json, ...flags }: ValidateFlags): Promise<number> {
  const workingFolder = process.cwd();
  const findings = await checkPayloads({ ...(await readConfig(workingFolder)), ...flags, workingFolder });
  const ok = findings.length === 0;
  if (json) {
    printLine(jsonText({ ok, files: flags.files.length, findings: findings.map(flatFinding) }));
    return ok ? 0 : 1;
  }
  for (const finding of findings) printError(terminalText(formatFinding(finding)));
  const what = `${counted(flags.files.length, "file")} checked against ${flags.contract}`;
  if (ok) printLine(`${what}: no problem`);
  else printError(`${what}: ${counted(findings.length, "problem")}`);
  return ok ? 0 : 1;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
