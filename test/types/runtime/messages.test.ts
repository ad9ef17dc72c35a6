import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../../..");

/** What the compiler says of a program that uses the runtime and the shop's contracts. */
async function compile(program: string): Promise<string> {
  const folder = await mkdtemp(join(import.meta.dirname, "program-"));
  try {
    const file = join(folder, "program.ts");
    const imports =
      'import type { EventBus } from "@eventwright/runtime";\nimport * as shop from "../../../runtime/shop.js";\n';
    await writeFile(
      file,
      `${imports}export async function run(bus: EventBus): Promise<void> {\n${program}\n}\n`,
    );
    const config = join(folder, "tsconfig.json");
    await writeFile(
      config,
      JSON.stringify({ extends: "../../../tsconfig.json", include: ["program.ts"], exclude: [] }),
    );
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    await promisify(execFile)(process.execPath, [tsc, "-p", config, "--noEmit", "--pretty", "false"]);
    return "";
  } catch (error) {
    return error instanceof Error && "stdout" in error ? String(error.stdout) : String(error);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const mistakes: readonly (readonly [mistake: string, program: string, told: string])[] = [
  [
    "a property of the wrong type",
    'await bus.publish(shop.OrderPlaced, { orderId: "1", total: "1" }, { region: "eu" });',
    "Type 'string' is not assignable to type 'number'",
  ],
  [
    "a missing property",
    'await bus.publish(shop.OrderPlaced, { orderId: "1" }, { region: "eu" });',
    "Property 'total' is missing",
  ],
  [
    "an unknown property",
    'await bus.publish(shop.StockCounted, { sku: "a", count: 1, colour: "red" });',
    "'colour' does not exist in type",
  ],
  [
    "a wrong parameter",
    'await bus.publish(shop.OrderPlaced, { orderId: "1", total: 1 }, { region: "de" });',
    `Type '"de"' is not assignable to type '"eu" | "us"'`,
  ],
  [
    "a reply that lacks a property",
    "bus.listen({ contract: shop.CancelOrder, handle: ({ orderId }) => ({ orderId }) });",
    "'refund' is missing",
  ],
];

test.for(mistakes)("types: the compiler names what is wrong: %s", async ([, program, told]) => {
  expect(await compile(program)).toContain(told);
});

test("types: a right program compiles", async () => {
  expect(await compile('await bus.publish(shop.StockCounted, { sku: "a", count: 1 });')).toBe("");
});
