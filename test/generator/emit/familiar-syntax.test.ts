import fc from "fast-check";
import { ts } from "ts-morph";
import { describe, expect, test } from "vitest";
import type { OutputFile } from "../../../generator/src/emit/output-file.js";
import { checkSyntax, isKnownToBeSafe } from "../../../generator/src/emit/syntax-check.js";
import { goldenNames, readGolden, targets } from "./golden.js";

interface Output {
  readonly files: readonly OutputFile[];
  readonly paths: ReadonlySet<string>;
}

const outputs: readonly Output[] = goldenNames.flatMap((name) =>
  targets.map((target) => {
    const golden = Object.entries(readGolden(name, target)).filter(([path]) => /\.[jt]s$/.test(path));
    return {
      files: golden.map(([path, text]) => ({ path, text })),
      paths: new Set(golden.map(([path]) => path)),
    };
  }),
);

/** Tokens that are at home in generated code, and some that would do harm there. */
const tokens: readonly string[] = (
  "A a import export from type const let declare abstract class interface function return if else for in new this " +
  "get set static async await readonly keyof typeof extends implements eval process globalThis require arguments " +
  "constructor __proto__ Function Array Set RegExp undefined null true #bus #private this.#bus closed data v0 o0 " +
  "{ } ( ) [ ] ; , : . ? ! = => < > + - * / ** ++ -- && || ?? ?. ... === == != >> @ ` ' \" \\ # & | ^ ~ % " +
  '0 1 01 1n 0x1 1_0 .5 1. "a" \'a\' `a` /a/ "__proto__" "\\x41" "./index.js" // /// /* */ /**/ <!-- --> \n \r \u2028 \ufeff'
).split(" ");

/** A change of a file: at some of its tokens, others are put in, or it is left out. */
interface Change {
  readonly at: number;
  readonly remove: number;
  readonly insert: readonly string[];
}

const changes: fc.Arbitrary<readonly Change[]> = fc.array(
  fc.record({
    at: fc.nat(),
    remove: fc.constantFrom(0, 0, 1, 1, 2, 3),
    insert: fc.array(fc.constantFrom(...tokens), { maxLength: 4 }),
  }),
  { minLength: 1, maxLength: 2 },
);

function change(text: string, list: readonly Change[]): string {
  const parts = text.match(/"(?:[^"\\]|\\.)*"|\/\*[\s\S]*?\*\/|\/\/.*|[\w$#]+|\s+|[^\w\s]/g) ?? [];
  for (const { at, remove, insert } of list) parts.splice(at % parts.length, remove, insert.join(" "));
  return parts.join("");
}

describe("familiar syntax", () => {
  test("is all that ordinary contracts become, so that no compiler is loaded for them", () => {
    const ordinary = outputs.filter(
      (_, index) => goldenNames[Math.floor(index / targets.length)] === "orders",
    );
    const checked = ordinary.flatMap(({ files, paths }) =>
      files.map((file) => [file.path, isKnownToBeSafe(file, paths)]),
    );
    expect(checked.length).toBeGreaterThan(80);
    expect(checked.filter(([, known]) => !known)).toEqual([]);
  });

  test("is nothing that the compiler refuses, whatever becomes of generated code", () => {
    let known = 0;
    const files = outputs.flatMap(({ files, paths }) => files.map((file) => ({ file, paths })));
    fc.assert(
      fc.property(fc.constantFrom(...files), changes, ({ file, paths }, list) => {
        const changed = { path: file.path, text: change(file.text, list) };
        if (!isKnownToBeSafe(changed, paths)) return;
        known += 1;
        checkSyntax([changed], ts, paths);
      }),
      { numRuns: Number(process.env.EVENTWRIGHT_FUZZ_RUNS ?? 4000) },
    );
    expect(known).toBeGreaterThan(50);
  });
});
