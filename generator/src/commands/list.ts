import { type ListedChannel, listChannels } from "../list-channels.js";
import { readConfig } from "../read-config.js";
import { jsonText, printLine, terminalText } from "./terminal.js";

export interface ListFlags {
  readonly schemas?: string;
  readonly json?: boolean;
}

/** Prints every contract with its channel, sorted by channel and name. Gives the exit code. */
export async function runList({ json, ...flags }: ListFlags): Promise<number> {
  const workingFolder = process.cwd();
  const channels = await listChannels({ ...(await readConfig(workingFolder)), ...flags, workingFolder });
  if (json) printLine(jsonText({ ok: true, channels }));
  else for (const line of buildTable(channels)) printLine(line);
  return 0;
}

/** Headings and one line a contract, in aligned columns. */
function buildTable(channels: readonly ListedChannel[]): string[] {
  const rows = channels.flatMap(({ name, address, owner = "-", contracts }) =>
    contracts.map((contract) => [
      name,
      contract.kind,
      contract.deprecated ? `${contract.name} (deprecated)` : contract.name,
      `${contract.version}`,
      owner,
      address,
    ]),
  );
  const table = [HEADINGS, ...rows].map((row) => row.map(terminalText));
  const widths = HEADINGS.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

const HEADINGS = ["CHANNEL", "KIND", "CONTRACT", "VERSION", "OWNER", "ADDRESS"];
