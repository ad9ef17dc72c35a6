import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";

const repository = fileURLToPath(new URL("../..", import.meta.url));
const docs = join(repository, "docs");
const folder = mkdtempSync(join(tmpdir(), "eventwright-docs-"));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The TypeScript blocks of a page that are whole modules. */
function examples(page: string): string[] {
  const text = readFileSync(join(docs, page), "utf8");
  return Array.from(text.matchAll(/^```ts\n(.*?)^```$/gms), ([, block]) => block ?? "").filter((block) =>
    block.startsWith("import "),
  );
}

it("docs: every example compiles as strictly as our own code", () => {
  symlinkSync(join(repository, "node_modules"), join(folder, "node_modules"));
  mkdirSync(join(folder, "src"));
  // What the page on the broker suite calls the reader's own broker.
  writeFileSync(
    join(folder, "src/my-broker.ts"),
    'export { LocalBroker as MyBroker } from "@eventwright/runtime";',
  );
  // What the page on tests calls the reader's own service.
  writeFileSync(
    join(folder, "src/billing.ts"),
    `import type { EventBus } from "@eventwright/runtime";
import type { PaymentReceived } from "@eventwright/shop-contracts/payments";
export declare const payment: PaymentReceived;
export declare function startBilling(bus: EventBus): void;`,
  );
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const pages = readdirSync(docs).filter((name) => name.endsWith(".md"));
  const files = pages.flatMap((page) =>
    examples(page).map((text, index) => ({ name: `${page.replace(".md", "")}-${index + 1}.ts`, text })),
  );
  for (const { name, text } of files) writeFileSync(join(folder, "src", name), text);
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      extends: join(repository, "tsconfig.json"),
      compilerOptions: { noEmit: true, composite: false, isolatedDeclarations: false, noUnusedLocals: false },
      files: [],
      include: ["src"],
      references: [],
    }),
  );
  expect(files.filter(({ name }) => name.startsWith("runtime-")).length).toBeGreaterThanOrEqual(9);
  expect(compile()).toBe("");
}, 60_000);

function compile(): string {
  try {
    return execFileSync(join(repository, "node_modules/.bin/tsc"), ["-p", folder], { encoding: "utf8" });
  } catch (error) {
    const output = error instanceof Error && "stdout" in error ? String(error.stdout) : String(error);
    return output.slice(0, 4000);
  }
}
