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

/** What a user writes: a handler for each kind of contract, a publisher, bytes out and in. Prints what it saw. */
function program(target: Target): string {
  return `
import { EventBus, LocalBroker, PayloadError } from "@eventwright/runtime";
import {
  CancelOrderHandler, type CancelOrderReply, CartEmptied, contracts, type EventMap, ForgetCustomerHandler, GetOrder,
  GetOrderHandler, type Order, OrderPlaced, OrderPlacedListener, OrdersListener, OrdersPublisher,
} from "./generated/orders-${target}/index.js";

class Receipts extends OrderPlacedListener {
  override readonly options = { name: "receipts" };
  handle(event: OrderPlaced): void {
    print("receipt", event.orderId);
  }
}
class Story extends OrdersListener {
  override readonly options = { name: "story" };
  override onOrderPlaced(event: EventMap["OrderPlaced"]): void {
    print("story", event.note);
  }
  override onCartEmptied(event: CartEmptied): void {
    print("story", event);
  }
}
class Cancel extends CancelOrderHandler {
  handle(): CancelOrderReply {
    return { refunded: { amount: 5, currency: "EUR" } };
  }
}
class Forget extends ForgetCustomerHandler {
  handle(customer: string): void {
    print("forget", customer);
  }
}
class Get extends GetOrderHandler {
  async handle(): Promise<Order> {
    return { state: "open", total: { amount: 7, currency: "USD" } };
  }
}

const bus = new EventBus({ source: "test", broker: new LocalBroker() });
bus.listen(new Receipts()).listen(new Story()).listen(new Cancel()).listen(new Forget()).listen(new Get());
await bus.start();
const orders = new OrdersPublisher(bus);
const orderId = "5c0bca5e-7e8f-4f0e-9d3c-1c4d0f1e2a3b";
const region = { region: "eu" } as const;
await orders.orderPlaced({ orderId, note: "thanks" }, region);
await orders.cartEmptied(region);
await bus.idle();
print(JSON.stringify(await orders.cancelOrder(orderId, region)));
print(await orders.forgetCustomer("c", region));
print((await orders.getOrder(orderId, region)).total.amount);
await bus.close();

const event = OrderPlaced.deserialize(OrderPlaced.serialize({ orderId }));
print(JSON.stringify(event), contracts.map(({ type }) => type).join(" "));
print(OrderPlaced.is({ orderId: "1" }), GetOrder.is(orderId), CartEmptied.is(undefined));
try {
  OrderPlaced.serialize(JSON.parse('{"orderId":1}'));
} catch (error) {
  print(error instanceof PayloadError && error.violation?.path);
}

function print(...values: readonly unknown[]): void {
  process.stdout.write(\`\${values.join(" ")}\\n\`);
}
`;
}

const printed = `receipt 5c0bca5e-7e8f-4f0e-9d3c-1c4d0f1e2a3b
story thanks
story 
{"refunded":{"amount":5,"currency":"EUR"}}
forget c

7
{"orderId":"5c0bca5e-7e8f-4f0e-9d3c-1c4d0f1e2a3b"} jobs.RunJobs.v1 orders.CancelOrder.v1 orders.CartEmptied.v1 orders.ForgetCustomer.v1 orders.GetOrder.v1 orders.OrderPlaced.v1 orders.OrderPlaced.v2
false true true
/orderId
`;

const programs = { "main-js.ts": program("js"), "main-ts.ts": program("ts") };

describe.each(compilers)("generated code with %s", (compiler) => {
  test("pleases every strict flag and runs on plain Node", { timeout }, async () => {
    const folder = makeProject({ ...generated(), ...programs });
    expect(await compile(folder, compiler)).toBe("");
    for (const target of targets) expect(await runNode(folder, `main-${target}.js`), target).toBe(printed);
  });
});

test("generated code: a package has a path for each channel, contract and all else", {
  timeout,
}, async () => {
  const source = `
import { contracts, OrderPlaced } from "@golden/orders";
import { contracts as list } from "@golden/orders/contracts";
import { jobsChannel } from "@golden/orders/jobs";
import { OrdersPublisher } from "@golden/orders/orders";
import { OrderPlaced as alone } from "@golden/orders/orders/order-placed";
import type { Money } from "@golden/orders/shared";

const price: Money = { amount: 1, currency: "EUR" };
process.stdout.write([contracts === list, OrderPlaced === alone, jobsChannel.name, OrdersPublisher.name, price.amount].join());
`;
  const files = Object.entries(readGolden("orders", "js")).map(([path, text]) => [
    `node_modules/@golden/orders/${path}`,
    text,
  ]);
  const folder = makeProject({ ...Object.fromEntries(files), "main.ts": source });
  expect(await compile(folder, "typescript")).toBe("");
  expect(await runNode(folder, "main.js")).toBe("true,true,jobs,OrdersPublisher,1");
});

test("generated code: base classes work in plain JavaScript", async () => {
  const source = `
import { EventBus, LocalBroker } from "@eventwright/runtime";
import { OrderPlacedListener, OrdersListener, OrdersPublisher } from "./generated/orders-js/orders/index.js";

class Receipts extends OrderPlacedListener {
  handle(event) {
    process.stdout.write(event.orderId);
  }
}
class Story extends OrdersListener {
  onCartEmptied(_event, context) {
    process.stdout.write(context.parameters.region);
  }
}
const bus = new EventBus({ source: "test", broker: new LocalBroker() });
bus.listen(new Receipts()).listen(new Story());
await bus.start();
const orders = new OrdersPublisher(bus);
await orders.orderPlaced({ orderId: "5c0bca5e-7e8f-4f0e-9d3c-1c4d0f1e2a3b" }, { region: "us" });
await orders.cartEmptied({ region: "us" });
await bus.close();
`;
  const folder = makeProject({ ...generated(), "main.js": source });
  expect(await runNode(folder, "main.js")).toBe("5c0bca5e-7e8f-4f0e-9d3c-1c4d0f1e2a3bus");
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

test.each([
  {
    what: "a contract",
    entry: "orders/order-placed.js",
    wanted: [
      "orders/order-placed.js",
      "orders/order-placed.validator.js",
      "orders/orders-channel.js",
      "orders/orders-channel.validator.js",
      "shared/order-id.validator.js",
    ],
  },
  {
    what: "a channel",
    entry: "jobs/index.js",
    wanted: [
      "jobs/index.js",
      "jobs/jobs-channel.js",
      "jobs/jobs-channel.validator.js",
      "jobs/jobs-listeners.js",
      "jobs/jobs-publisher.js",
      "jobs/run-jobs.js",
    ],
  },
])("generated code: importing $what loads nothing of the others", async ({ entry, wanted }) => {
  const folder = makeProject(generated());
  const { metafile } = await build({
    absWorkingDir: join(folder, "generated/orders-js"),
    entryPoints: [entry],
    bundle: true,
    platform: "node",
    format: "esm",
    metafile: true,
    write: false,
  });
  expect(
    Object.keys(metafile.inputs)
      .filter((path) => !path.startsWith(".."))
      .sort(),
  ).toEqual(wanted);
});

/** Bundles a program of a project into its `bundle.js` and gives the text. */
async function bundle(folder: string, entry: string): Promise<string> {
  const outfile = join(folder, "bundle.js");
  await build({ entryPoints: [join(folder, entry)], outfile, bundle: true, platform: "node", format: "esm" });
  return readFileSync(outfile, "utf8");
}
