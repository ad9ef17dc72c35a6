// Clones other projects' test data into `corpora/`, which git ignores: `npm run corpora`.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../corpora/", import.meta.url));

/** What each corpus is cloned from, and the commit that the expectations of the tests were written for. */
const corpora = {
  "json-schema-test-suite": ["https://github.com/json-schema-org/JSON-Schema-Test-Suite.git", "44401e0c"],
  openlineage: ["https://github.com/OpenLineage/OpenLineage.git", "8f02abfb7"],
};

mkdirSync(folder, { recursive: true });
for (const [name, [url, commit]] of Object.entries(corpora)) {
  const target = folder + name;
  const git = (...args) => execFileSync("git", ["-C", target, ...args], { stdio: "inherit" });
  try {
    // Without file contents: only those of the one commit are fetched, by the checkout.
    if (!existsSync(target))
      execFileSync("git", ["clone", "--filter=blob:none", "--no-checkout", url, target], {
        stdio: "inherit",
      });
    git("checkout", "--quiet", "--detach", commit);
  } catch (error) {
    rmSync(target, { recursive: true, force: true });
    throw error;
  }
}
