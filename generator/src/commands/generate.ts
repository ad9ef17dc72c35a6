import { type GenerateReport, generate } from "../generate.js";
import type { Stage, Target } from "../options.js";
import { readConfig } from "../read-config.js";
import type { ChangedPath } from "../write/write-files.js";
import { startProgress } from "./progress.js";
import { jsonText, printError, printLine, terminalText } from "./terminal.js";

export interface GenerateFlags {
  readonly schemas?: string;
  readonly out?: string;
  readonly target?: Target;
  readonly check?: boolean;
  readonly json?: boolean;
}

/** Generates, or compares with `--check`. Gives the exit code: 1 when the output differs from the contracts. */
export async function runGenerate({ json, ...flags }: GenerateFlags): Promise<number> {
  const workingFolder = process.cwd();
  const progress = startProgress();
  const onStage = (stage: Stage): void => progress.show(STAGE_TEXT[stage]);
  const report = await generate({
    ...(await readConfig(workingFolder)),
    ...flags,
    workingFolder,
    onStage,
  }).finally(progress.stop);
  const drift = flags.check === true && changeCount(report) > 0;
  if (json) printLine(jsonText({ ok: !drift, ...report }));
  else if (drift) printDrift(report, flags);
  else printLine(terminalText(summary(report)));
  return drift ? 1 : 0;
}

const STAGE_TEXT: Readonly<Record<Stage, string>> = {
  compare: "comparing files …",
  load: "reading contracts …",
  emit: "generating code …",
  write: "writing files …",
};

function changeCount({ created, changed, removed }: GenerateReport): number {
  return created.length + changed.length + removed.length;
}

/** `generated: 2 files created, 1 changed, 9 unchanged` */
function summary(report: GenerateReport): string {
  const { out, created, changed, removed, unchanged } = report;
  if (changeCount(report) === 0) return `${out}: ${files(unchanged.length)} up to date`;
  const counts = { created, changed, removed, unchanged };
  const parts = Object.entries(counts).filter(([, paths]) => paths.length > 0);
  return `${out}: ${parts.map(([word, paths]) => `${paths.length} ${word}`).join(", ")}`;
}

function printDrift(report: GenerateReport, flags: GenerateFlags): void {
  const { out, created, changed, removed } = report;
  const lines = [
    ...created.map((path) => `${out}/${path}: missing`),
    ...changed.map((file) => `${out}/${file.path}:${file.line}: ${describeChange(file)}`),
    ...removed.map((path) => `${out}/${path}: orphaned`),
    `${files(changeCount(report))} not as the contracts say; to mend: ${mendingCommand(flags)}`,
  ];
  for (const line of lines) printError(terminalText(line));
}

function describeChange({ expected, got }: ChangedPath): string {
  const quote = (line: string | undefined): string =>
    line === undefined
      ? "the end of the file"
      : JSON.stringify(line.length > 80 ? `${line.slice(0, 80)}…` : line);
  return `expected ${quote(expected)}, got ${quote(got)}`;
}

function files(count: number): string {
  return count === 1 ? "1 file" : `${count} files`;
}

function mendingCommand({ schemas, out, target }: GenerateFlags): string {
  const options = Object.entries({ schemas, out, target }).filter((entry) => entry[1] !== undefined);
  return [
    "eventwright generate",
    ...options.map(([name, value]) => `--${name} ${shellWord(`${value}`)}`),
  ].join(" ");
}

function shellWord(text: string): string {
  return /^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
