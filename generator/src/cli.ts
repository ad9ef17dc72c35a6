#!/usr/bin/env node
import { Command, CommanderError, Option } from "commander";
import { jsonText, printError, printLine, terminalText } from "./commands/terminal.js";
import { FindingsError, formatFinding, UsageError } from "./errors.js";
import { TARGETS } from "./options.js";
import { readVersion } from "./version.js";

/** Exit codes: 0 done; 1 the contracts have findings, or `--check` found differences; 2 wrong usage or environment. */
const FINDINGS = 1;
const USAGE = 2;

/** Runs the command line and gives the exit code. Commands are loaded when called, so that help costs nothing. */
async function main(args: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = createProgram(async (command) => {
    exitCode = await command;
  });
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    return reportError(error, args);
  }
}

function createProgram(finish: (command: Promise<number>) => Promise<void>): Command {
  const program = new Command("eventwright")
    .description("Event contracts for TypeScript: JSON Schema files in, typed publishers and listeners out.")
    .version(readVersion())
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .showSuggestionAfterError();
  const addCommand = (name: string, description: string): Command =>
    program.command(name).description(description).option("--debug", "print the stack of an internal error");

  addCommand("generate", "generate code from the contracts")
    .option("--schemas <folder>", 'folder of the channel and schema files (default: "schemas")')
    .option("--out <folder>", 'output folder (default: "generated")')
    .addOption(new Option("--target <target>", 'language of the output (default: "js")').choices(TARGETS))
    .option("--check", "write nothing; exit with 1 when the output folder is not up to date")
    .option("--json", "print one JSON object for machines")
    .action(async ({ debug: _, ...flags }) => {
      const { runGenerate } = await import("./commands/generate.js");
      await finish(runGenerate(flags));
    });

  addCommand("init", "add a first channel, its schema and an npm script").action(async () => {
    const { runInit } = await import("./commands/init.js");
    await finish(runInit());
  });

  addCommand("list", "list channels, contracts, owners and addresses")
    .option("--schemas <folder>", 'folder of the channel and schema files (default: "schemas")')
    .option("--json", "print one JSON object for machines")
    .action(async ({ debug: _, ...flags }) => {
      const { runList } = await import("./commands/list.js");
      await finish(runList(flags));
    });
  return program;
}

/** Prints what went wrong, never with a stack unless it is our own defect and asked for. */
function reportError(error: unknown, args: readonly string[]): number {
  const json = args.includes("--json");
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    // The whole help was printed when no command was given.
    if (error.code !== "commander.help") printFailure(usageMessage(error), json);
    return USAGE;
  }
  if (error instanceof UsageError) {
    printFailure(error.message, json);
    return USAGE;
  }
  if (error instanceof FindingsError) {
    printFindings(error, json);
    return FINDINGS;
  }
  const { message, stack = message } = error instanceof Error ? error : new Error(String(error));
  const advice =
    "this is a defect of eventwright, please report it with the output of the same command and --debug";
  printFailure(`internal error: ${message.replace(/^internal error: /, "")}; ${advice}`, json);
  if (args.includes("--debug")) for (const line of stack.split("\n")) printError(terminalText(line));
  return USAGE;
}

/** Commander's `error: unknown option '--chek'\n(Did you mean --check?)` on one line. */
function usageMessage({ message }: CommanderError): string {
  return message.replace(/^error: /, "").replaceAll("\n", " ");
}

function printFailure(message: string, json: boolean): void {
  if (json) printLine(jsonText({ ok: false, error: message }));
  else printError(`error: ${terminalText(message)}`);
}

function printFindings({ findings }: FindingsError, json: boolean): void {
  if (json) {
    printLine(
      jsonText({ ok: false, findings: findings.map(({ at, rule, message }) => ({ ...at, rule, message })) }),
    );
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
