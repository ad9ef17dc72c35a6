#!/usr/bin/env node
import { jsonText, printError, printLine, terminalText } from "./commands/terminal.js";
import { FindingsError, flatFinding, formatFinding, UsageError } from "./errors.js";

/** Exit codes: 0 done; 1 the contracts have findings, or `--check` found differences; 2 wrong usage or environment. */
const FINDINGS = 1;
const USAGE = 2;

/** Runs the command line and gives the exit code. */
async function main(args: readonly string[]): Promise<number> {
  try {
    // The calls of npm scripts, watchers and CI need no parser, and loading that takes a quarter of Node's own start.
    const [command, ...flags] = args;
    if (command === "generate" && flags.every((flag) => flag === "--check" || flag === "--json")) {
      const { runGenerate } = await import("./commands/generate.js");
      return await runGenerate({ check: flags.includes("--check"), json: flags.includes("--json") });
    }
    const { runProgram } = await import("./commands/program.js");
    return await runProgram(args);
  } catch (error) {
    return reportError(error, args);
  }
}

/** Prints what went wrong, never with a stack unless it is our own defect and asked for. */
function reportError(error: unknown, args: readonly string[]): number {
  const json = args.includes("--json");
  if (error instanceof FindingsError) {
    printFindings(error, json);
    return FINDINGS;
  }
  if (error instanceof UsageError) {
    printFailure(error.message, json);
    return USAGE;
  }
  const { message, stack = message } = error instanceof Error ? error : new Error(String(error));
  const advice =
    "this is a defect of eventwright, please report it with the output of the same command and --debug";
  printFailure(`internal error: ${message.replace(/^internal error: /, "")}; ${advice}`, json);
  if (args.includes("--debug")) for (const line of stack.split("\n")) printError(terminalText(line));
  return USAGE;
}

function printFailure(message: string, json: boolean): void {
  if (json) printLine(jsonText({ ok: false, error: message }));
  else printError(`error: ${terminalText(message)}`);
}

function printFindings({ findings }: FindingsError, json: boolean): void {
  if (json) {
    printLine(jsonText({ ok: false, findings: findings.map(flatFinding) }));
    return;
  }
  for (const finding of findings) printError(terminalText(formatFinding(finding)));
  printError(`${findings.length === 1 ? "1 finding" : `${findings.length} findings`}; nothing was written`);
}

// A reader such as `head` may leave early; that is no failure of ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}
process.exitCode = await main(process.argv.slice(2));
