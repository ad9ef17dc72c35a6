import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import * as runtime from "@eventwright/runtime/contract";
import { expect, test } from "vitest";
import { formatCheck } from "../../../generator/src/emit/validators/formats.js";
import { corpus } from "../../helpers/corpora.js";

interface Group {
  readonly schema: { readonly format?: string };
  readonly tests: readonly {
    readonly description: string;
    readonly data: unknown;
    readonly valid: boolean;
  }[];
}

const functions: Readonly<Record<string, unknown>> = runtime;

function check(format: string, text: string): unknown {
  const name = formatCheck(format);
  const function_ = name === undefined ? undefined : functions[name];
  if (typeof function_ !== "function") throw new Error(`no check for ${format}`);
  return function_(text);
}

for (const dialect of ["draft7", "draft2020-12"]) {
  const folder = join(corpus("json-schema-test-suite"), "tests", dialect, "optional/format");
  for (const file of readdirSync(folder)) {
    const groups: readonly Group[] = JSON.parse(readFileSync(join(folder, file), "utf8"));
    const cases = groups.flatMap(({ schema: { format }, tests }) =>
      tests.flatMap(({ description, data, valid }) =>
        format !== undefined && formatCheck(format) !== undefined && typeof data === "string"
          ? [{ format, description, data, valid }]
          : [],
      ),
    );
    if (cases.length === 0) continue;
    test(`formats: agree with the official suite, ${dialect}, ${basename(file, ".json")}`, () => {
      const wrong = cases.filter(({ format, data, valid }) => check(format, data) !== valid);
      expect(wrong).toEqual([]);
    });
  }
}
