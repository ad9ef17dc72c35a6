import type { TypeStatement } from "../../../generator/src/emit/source-file.js";
import type {
  Channel,
  Contract,
  ContractSet,
  PayloadType,
  SourceLocation,
} from "../../../generator/src/model/contract.js";

/** A channel with one of everything, made by hand. */
export const ordersSet: ContractSet = {
  channels: [
    {
      name: "orders",
      description: "The life of a customer order.",
      address: "shop.orders.{region}",
      durable: true,
      parameters: [{ name: "region", description: "Where it is fulfilled.", type: "OrdersRegion" }],
      headers: "OrdersHeaders",
      contracts: [
        {
          ...contract("CancelOrder", "Handler"),
          kind: "command",
          payload: "CancelOrder",
          reply: "Cancelled",
        },
        { ...contract("CartEmptied", "Listener"), kind: "event", description: "Somebody emptied a cart." },
        { ...contract("ForgetCustomer", "Handler"), kind: "command", payload: "ForgetCustomer" },
        { ...contract("GetOrder", "Handler"), kind: "query", payload: "GetOrder", reply: "Order" },
        {
          ...contract("OrderPlaced", "Listener"),
          kind: "event",
          key: "/orderId",
          deprecated: true,
          payload: "OrderPlaced",
        },
      ] satisfies Contract[],
      names: {
        folder: "orders",
        channel: "ordersChannel",
        channelModule: "orders/orders-channel",
        parameters: "OrdersParameters",
        publisher: "OrdersPublisher",
        publisherModule: "orders/orders-publisher",
        listener: "OrdersListener",
        listenersModule: "orders/orders-listeners",
        eventMap: "OrdersEvents",
      },
      source: at("schemas/orders/orders.channel.json"),
    },
    {
      name: "jobs",
      address: "jobs",
      durable: false,
      parameters: [],
      contracts: [{ ...contract("RunJob", "Handler", "jobs"), kind: "command" }],
      names: {
        folder: "jobs",
        channel: "jobsChannel",
        channelModule: "jobs/jobs-channel",
        parameters: "JobsParameters",
        publisher: "JobsPublisher",
        publisherModule: "jobs/jobs-publisher",
        listener: "JobsListener",
        listenersModule: "jobs/jobs-listeners",
        eventMap: "JobsEvents",
      },
      source: at("schemas/jobs/jobs.channel.json"),
    },
  ] satisfies Channel[],
  types: [
    type("CancelOrder", "orders/cancel-order"),
    type("Cancelled", "orders/cancel-order"),
    type("ForgetCustomer", "orders/forget-customer"),
    type("GetOrder", "orders/get-order"),
    type("Order", "orders/get-order", ["Money"]),
    { ...type("OrderPlaced", "orders/order-placed", ["Money"]), schema: { title: "An order was placed" } },
    type("OrdersHeaders", "orders/orders-channel"),
    type("OrdersRegion", "orders/orders-channel"),
    type("Money", "shared/money"),
  ],
};

const texts: Readonly<Record<string, string>> = {
  CancelOrder: "interface CancelOrder {\n  readonly orderId: string;\n}",
  Cancelled: "interface Cancelled {\n  readonly at: string;\n}",
  ForgetCustomer: "type ForgetCustomer = string;",
  GetOrder: "type GetOrder = string;",
  Order: "interface Order {\n  readonly total: Money;\n}",
  OrderPlaced: "interface OrderPlaced {\n  readonly orderId: string;\n  readonly total: Money;\n}",
  OrdersHeaders: "interface OrdersHeaders {\n  readonly session?: string;\n}",
  OrdersRegion: 'type OrdersRegion = "eu" | "us";',
  Money: "interface Money {\n  readonly amount: number;\n}",
};

/** The declarations of the types, as the types emitter would give them. */
export const ordersDeclarations: ReadonlyMap<string, TypeStatement> = new Map(
  ordersSet.types.map(({ key, name, references }) => {
    const imports = references.map((from) => ({ name: from, from: "shared/money", use: "type" as const }));
    return [key, { kind: "type", name, text: `export ${texts[name]}\n`, imports }];
  }),
);

function contract(name: string, listener: string, channel = "orders"): Omit<Contract, "kind" | "reply"> {
  const kebab = name.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();
  const publish = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
  return {
    name,
    channel,
    type: `${channel}.${name}.v1`,
    version: 1,
    names: { module: `${channel}/${kebab}`, publish, listener: `${name}${listener}`, on: `on${name}` },
    source: at(`schemas/${channel}/${channel}.channel.json`),
  };
}

function type(name: string, module: string, references: readonly string[] = []): PayloadType {
  return { key: name, name, module, schema: {}, references, source: at(`schemas/${module}.schema.json`) };
}

function at(file: string): SourceLocation {
  return { file, line: 1, column: 1, pointer: "" };
}
