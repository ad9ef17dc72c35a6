import { describe, expect, test } from "vitest";
import { generateGolden, goldenNames, readGolden, targets, writeGolden } from "./golden.js";

/** `UPDATE_GOLDEN=1 npx vitest run test/generator/emit/golden.test.ts` rewrites the folders; read the difference. */
const update = process.env.UPDATE_GOLDEN === "1";

describe.each(goldenNames)("golden %s", (name) => {
  test.each(targets)("is generated for target %s byte by byte", async (target) => {
    const files = await generateGolden(name, target);
    if (update) writeGolden(name, target, files);
    const wanted = readGolden(name, target);
    expect(Object.keys(files).sort()).toEqual(Object.keys(wanted).sort());
    for (const [path, text] of Object.entries(wanted))
      expect(files[path], `${path}, which UPDATE_GOLDEN=1 rewrites`).toBe(text);
  });

  test("is the same when it is generated again", async () => {
    expect(await generateGolden(name, "js")).toEqual(await generateGolden(name, "js"));
  });
});

test("golden: there are folders to compare", () => {
  expect(goldenNames).toEqual(expect.arrayContaining(["nasty", "orders"]));
});
