import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";
import type { Target } from "../../../generator/src/options.js";
import { compile, compilers, makeProject, runNode } from "./generated-project.js";
import { goldenNames, readGolden, targets } from "./golden.js";

const timeout = 120_000;

/** All golden folders in both targets, as `generated/NAME-TARGET/…`. */
function generated(): Record<string, string> {
  const files = goldenNames.flatMap((name) =>
    targets.flatMap((target) =>
      Object.entries(readGolden(name, target)).map(([path, text]) => [
        `generated/${name}-${target}/${path}`,
        text,
      ]),
    ),
  );
  return Object.fromEntries(files);
}

/** What a user writes against generated code: bytes out and in, a refusal, sub-classes. Prints what it saw. */
function program(target: Target): string {
  return `
import { PayloadError } from "@eventwright/runtime";
import {
  CartEmptied, contracts, type EventMap, GetOrder, OrderPlaced, OrderPlacedListener, OrdersListener,
} from "./generated/orders-${target}/index.js";

class Receipts extends OrderPlacedListener {
  override readonly options = { name: "receipts" };
  handle(event: OrderPlaced): void {
    print(event.orderId);
  }
}
class Everything extends OrdersListener {
  override onOrderPlaced(event: EventMap["OrderPlaced"]): void {
    print(event.note ?? "no note");
  }
}

const orderId = "5c0bca5e-7e8f-4f0e-9d3c-1c4d0f1e2a3b";
const event = OrderPlaced.deserialize(OrderPlaced.serialize({ orderId }));
print(contracts.map(({ type }) => type).join(" "));
print(JSON.stringify(event));
print(OrderPlaced.is({ orderId: "1" }), GetOrder.is(orderId), CartEmptied.is(undefined));
try {
  OrderPlaced.serialize(JSON.parse('{"orderId":1}'));
} catch (error) {
  print(error instanceof PayloadError && error.violation?.path);
}
print(new Receipts().contract === OrderPlaced, new Receipts().options.name);
print(Object.keys(new Everything().contracts).join(" "), new Everything().contracts["onOrderPlaced"] === OrderPlaced);

function print(...values: readonly unknown[]): void {
  process.stdout.write(\`\${values.join(" ")}\\n\`);
}
`;
}

const printed = `jobs.RunJobs.v1 orders.CancelOrder.v1 orders.CartEmptied.v1 orders.ForgetCustomer.v1 orders.GetOrder.v1 orders.OrderPlaced.v1 orders.OrderPlaced.v2
{"orderId":"5c0bca5e-7e8f-4f0e-9d3c-1c4d0f1e2a3b"}
false true true
/orderId
true receipts
onCartEmptied onOrderPlaced onOrderPlacedV2 true
`;

const programs = { "main-js.ts": program("js"), "main-ts.ts": program("ts") };

describe.each(compilers)("generated code with %s", (compiler) => {
  test("pleases every strict flag and runs on plain Node", { timeout }, async () => {
    const folder = makeProject({ ...generated(), ...programs });
    expect(await compile(folder, compiler)).toBe("");
    for (const target of targets) expect(await runNode(folder, `main-${target}.js`), target).toBe(printed);
  });
});

describe.each(targets)("generated code in a bundle, target %s", (target) => {
  test("runs as it does unbundled", { timeout }, async () => {
    const folder = makeProject({ ...generated(), ...programs });
    await bundle(folder, `main-${target}.ts`);
    expect(await runNode(folder, "bundle.js")).toBe(printed);
  });

  test("keeps the contract that is used, and lets the others fall away", { timeout }, async () => {
    const used = `import { OrderPlaced } from "./generated/orders-${target}/index.js";\nconsole.log(OrderPlaced.type);\n`;
    // Without the package.json that says so, a bundler finds by itself that nothing else has an effect.
    const files = Object.entries(generated()).filter(([path]) => !path.endsWith("package.json"));
    const folder = makeProject({ ...Object.fromEntries(files), "used.ts": used });
    const text = await bundle(folder, "used.ts");
    expect(await runNode(folder, "bundle.js")).toBe("orders.OrderPlaced.v1\n");
    expect(text).toContain("validateOrderPlaced");
    for (const other of ["GetOrder", "CancelOrder", "OrdersPublisher", "OrdersListener", "validateMoney"]) {
      expect(text).not.toContain(other);
    }
  });
});

/** Bundles a program of a project into its `bundle.js` and gives the text. */
async function bundle(folder: string, entry: string): Promise<string> {
  const outfile = join(folder, "bundle.js");
  await build({ entryPoints: [join(folder, entry)], outfile, bundle: true, platform: "node", format: "esm" });
  return readFileSync(outfile, "utf8");
}
