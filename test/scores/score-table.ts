import type { TypeScore } from "./score-types.js";
import type { ValidatorScore } from "./score-validators.js";

export interface SuiteScore {
  readonly dialect: string;
  readonly validators: ValidatorScore;
  /** Of the optional tests for formats. */
  readonly formats: ValidatorScore;
  readonly types: TypeScore;
}

/** What is told of a dialect, as lines of text. */
export function scoreTable({ dialect, validators, formats, types }: SuiteScore): string {
  const refusals = [...validators.refused].sort(([one], [other]) => (one < other ? -1 : 1));
  const refused = refusals.reduce((sum, [, { tests }]) => sum + tests, 0);
  const all = validators.right + validators.wrong.length + refused;
  const rows: readonly (readonly [what: string, count: number, of: number, remark?: string])[] = [
    ["validators right", validators.right, all - refused],
    ["validators right about formats", formats.right, formats.right + formats.wrong.length],
    ["refused with a reason", refused, all],
    ...refusals.map(([rule, { titles, tests }]) => [`  ${rule}`, tests, all, titles.join("; ")] as const),
    ["types that take the valid instances", types.valid - types.refusedValid.length, types.valid],
    ["types that refuse the invalid ones, too", types.refusedInvalid, types.invalid],
  ];
  const lines = rows.map(([what, count, of, remark]) => {
    const share = `${((100 * count) / of).toFixed(1)} %`;
    const line = [what.padEnd(40), `${count}`.padStart(5), `of ${of}`.padEnd(8), share.padStart(7)].join(" ");
    return remark === undefined ? line : `${line}  ${remark}`;
  });
  return `\n${dialect}\n${lines.join("\n")}\n`;
}
