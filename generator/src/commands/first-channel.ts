/** One file that `init` adds: path below the schemas folder, and text. */
export interface FirstFile {
  readonly path: string;
  readonly text: string;
}

/** A channel with one event, small enough to read at a glance. `channelSchema` is what editors check it with. */
export function buildFirstChannel(channelSchema: string): readonly FirstFile[] {
  return [
    { path: "orders/orders.channel.json", text: jsonFile({ $schema: channelSchema, ...CHANNEL }) },
    { path: "orders/order-placed.schema.json", text: jsonFile(ORDER_PLACED) },
  ];
}

const CHANNEL = {
  channel: "orders",
  description: "The life of a customer order.",
  owner: "checkout",
  events: {
    OrderPlaced: {
      description: "An order was accepted.",
      payload: { $ref: "order-placed.schema.json" },
      key: "/orderId",
    },
  },
};

const ORDER_PLACED = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  type: "object",
  properties: {
    orderId: { type: "string", minLength: 1 },
    totalCents: { description: "What the customer pays.", type: "integer", minimum: 0 },
    note: { type: "string" },
  },
  required: ["orderId", "totalCents"],
};

function jsonFile(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
