import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { emit } from "../../../generator/src/emit/emit.js";
import { loadGroup, requiredGroups, type SuiteDialect } from "../../helpers/json-schema-suite.js";
import { targets } from "./golden.js";

const folder = mkdtempSync(join(tmpdir(), "eventwright-suite-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each<SuiteDialect>(["draft7", "draft2020-12"])(
  "emit: whatever the official suite holds for %s passes the syntax check",
  { timeout: 120_000 },
  async (dialect) => {
    const breaches: string[] = [];
    let emitted = 0;
    for (const [index, group] of requiredGroups(dialect).entries()) {
      const loaded = loadGroup(group, dialect, join(folder, `${dialect}-${index}`));
      if ("refused" in loaded) continue;
      for (const target of targets) {
        try {
          await emit(loaded.set, { target });
          emitted += 1;
        } catch (error) {
          breaches.push(`${group.title}: ${String(error)}`);
        }
      }
    }
    expect(breaches).toEqual([]);
    expect(emitted).toBeGreaterThan(450);
  },
);
