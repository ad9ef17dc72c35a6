import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type OneSchema, shopSchema, webhookSchema } from "./schemas.js";
import { varied } from "./varied.js";

/** Payloads of one contract, and what it takes to make contracts and checks for them. */
export interface Sample {
  /** Name of the contract, and of its type. */
  readonly name: string;
  /** Where the generator was run, and the folder of the contract in its output. */
  readonly workspace: "shop" | "webhooks";
  readonly folder: string;
  readonly schema: OneSchema;
  /** JSON texts of the same length, which differ in names, numbers and identifiers. */
  readonly texts: readonly string[];
  /** JSON Pointers to texts of each format that the contract knows. */
  readonly formats: Readonly<Record<string, string>>;
}

/** In order of size: 0.1, 0.4, 1, 2, 6 and 27 kB. */
export function makeSamples(): readonly Sample[] {
  const times = { "date-time": "/placedAt" };
  return [
    shopSample("OrderCancelled", "orders/order-cancelled", orderCancelled, {
      uuid: "/orderId",
      "date-time": "/cancelledAt",
    }),
    shopSample("OrderPlaced", "orders/order-placed", orderPlaced, {
      ...times,
      uuid: "/orderId",
      email: "/customerEmail",
    }),
    ...[8, 22].map((lines) =>
      shopSample("OrderPlacedV2", "orders/order-placed-v2", orderPlacedV2(lines), {
        ...times,
        uuid: "/order/orderId",
        email: "/order/customer/email",
      }),
    ),
    webhookSample("StarCreated", "star", "created", {
      "date-time": "/starred_at",
      uri: "/sender/url",
      "uri-template": "/repository/keys_url",
    }),
    webhookSample("PullRequestLabeled", "pull_request", "labeled", {
      "date-time": "/pull_request/created_at",
      uri: "/pull_request/user/url",
      "uri-template": "/repository/keys_url",
    }),
  ];
}

const orderId = "1b4e28ba-2fa1-4d2f-883f-0016d3cca427";
const total = { amount: 4990, currency: "EUR" };
const email = "ada.lovelace@example.org";

const orderCancelled = { orderId, cancelledAt: "2026-11-02T09:30:00Z", refund: total };

const orderPlaced = {
  orderId,
  placedAt: "2026-11-02T09:30:00Z",
  customerEmail: email,
  lines: makeLines(2),
  total,
  note: "Ring twice.",
};

function orderPlacedV2(lines: number): unknown {
  const customer = { customerId: "7c9e6679-7425-40de-944b-e07fc1f90ae7", email, locale: "en-GB" };
  const address = { street: "12 St James's Square", postcode: "SW1Y 4JH", city: "London", country: "GB" };
  const shipTo = { name: "Ada Lovelace", ...address };
  const order = { orderId, status: "placed", customer, lines: makeLines(lines), total, shipTo };
  return { placedAt: "2026-11-02T09:30:00.123Z", order };
}

function makeLines(count: number): readonly unknown[] {
  return Array.from({ length: count }, (_, index) => ({
    sku: `TEA-${1000 + index}`,
    quantity: index + 1,
    price: { amount: 1995 + index, currency: "EUR" },
  }));
}

function shopSample(name: string, file: string, value: unknown, formats: Sample["formats"]): Sample {
  const schema = shopSchema(`${file}.schema.json`);
  const texts = varied(JSON.stringify(value));
  return { name, workspace: "shop", folder: "orders", schema, texts, formats };
}

interface Example {
  readonly name: string;
  readonly examples: readonly { readonly action?: string }[];
}

/** The longest of the examples that octokit has for a webhook. */
function webhookSample(name: string, event: string, action: string, formats: Sample["formats"]): Sample {
  const packageFile = createRequire(import.meta.url).resolve("@octokit/webhooks-examples/package.json");
  const file = join(dirname(packageFile), "api.github.com/index.json");
  const all: readonly Example[] = JSON.parse(readFileSync(file, "utf8"));
  const [longest] = all
    .flatMap((each) => (each.name === event ? each.examples : []))
    .filter((example) => example.action === action)
    .map((example) => JSON.stringify(example))
    .toSorted((left, right) => right.length - left.length);
  if (longest === undefined) throw new Error(`no example of ${event} ${action}`);
  const schema = webhookSchema(`${event}$${action}`);
  return { name, workspace: "webhooks", folder: "github", schema, texts: varied(longest), formats };
}
