import fc from "fast-check";
import { expect, test } from "vitest";
import { emit } from "../../../generator/src/emit/emit.js";
import { setOf } from "../validators/compile.js";
import { types } from "../validators/random-schemas.js";
import { targets } from "./golden.js";

/** Names that are something elsewhere: in objects, in JavaScript, in what we write. */
const names = ["a", "__proto__", "constructor", "class", "data", "fail", "names0", "*/", '"', "\u2028", "T0"];

test.each(targets)(
  "emit: random schemas give sound output for target %s",
  { timeout: 120_000 },
  async (target) => {
    await fc.assert(
      fc.asyncProperty(types({ names, exotic: true }), async (schemas) => {
        const files = await emit(setOf(schemas), { target });
        expect(files.map(({ path }) => path)).toContain("types.validator.js");
      }),
      { numRuns: 60 },
    );
  },
);
