import { Command, CommanderError, Option } from "commander";
import { UsageError } from "../errors.js";
import { TARGETS } from "../options.js";
import { readVersion } from "../version.js";

/**
 * Runs the command that the arguments name and gives its exit code; prints help and version. Throws a
 * {@link UsageError} for arguments that it does not understand. Each command is loaded when it is called.
 */
export async function runProgram(args: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = createProgram((code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    if (error.code === "commander.help") return HELP_INSTEAD_OF_WORK;
    // Commander's `error: unknown option '--chek'\n(Did you mean --check?)` on one line.
    throw new UsageError(error.message.replace(/^error: /, "").replaceAll("\n", " "), { cause: error });
  }
}

/** No command was given, and the whole help was printed as an error. */
const HELP_INSTEAD_OF_WORK = 2;

function createProgram(finish: (exitCode: number) => void): Command {
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
      const { runGenerate } = await import("./generate.js");
      finish(await runGenerate(flags));
    });

  addCommand("init", "add a first channel, its schema and an npm script").action(async () => {
    const { runInit } = await import("./init.js");
    finish(await runInit());
  });

  addCommand("list", "list channels, contracts, owners and addresses")
    .option("--schemas <folder>", 'folder of the channel and schema files (default: "schemas")')
    .option("--json", "print one JSON object for machines")
    .action(async ({ debug: _, ...flags }) => {
      const { runList } = await import("./list.js");
      finish(await runList(flags));
    });

  addCommand("validate", "list everything wrong with payload files")
    .argument("<contract>", "name of an event, command or query")
    .argument("<file...>", "JSON files with one payload each")
    .addOption(
      new Option("--as <side>", "whose rules hold: writers may not add undeclared members")
        .choices(["reader", "writer"])
        .default("reader"),
    )
    .option("--reply", "the files hold replies to the command or query")
    .option("--schemas <folder>", 'folder of the channel and schema files (default: "schemas")')
    .option("--json", "print one JSON object for machines")
    .action(async (contract, files, { debug: _, ...flags }) => {
      const { runValidate } = await import("./validate.js");
      finish(await runValidate({ ...flags, contract, files }));
    });
  return program;
}
