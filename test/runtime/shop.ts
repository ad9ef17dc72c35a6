import {
  type Channel,
  type CommandContract,
  defineChannel,
  defineCommand,
  defineEvent,
  defineQuery,
  type EventContract,
  type QueryContract,
  type Validator,
} from "@eventwright/runtime/contract";

/** Contracts as generated code makes them, with small validators written by hand. */

export interface OrderPlaced {
  readonly orderId: string;
  readonly total: number;
  readonly note?: string;
}

export interface OrdersParameters {
  readonly region: "eu" | "us";
}

type Members = { readonly [name: string]: "string" | "number" | "any" };

/** Checks an object with the given members; those whose name ends in `?` may be left out. */
export function objectOf(members: Members): Validator {
  const declared = Object.entries(members).map(([name, kind]) => ({
    name: name.replace("?", ""),
    kind,
    optional: name.endsWith("?"),
  }));
  return (value, closed) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return { path: "", keyword: "type", expected: "an object", got: nameOf(value) };
    }
    for (const { name, kind, optional } of declared) {
      const member: unknown = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
      if (member === undefined) {
        if (optional) continue;
        return { path: `/${name}`, keyword: "required", expected: "a value", got: "nothing" };
      }
      if (kind !== "any" && typeof member !== kind) {
        return { path: `/${name}`, keyword: "type", expected: `a ${kind}`, got: nameOf(member) };
      }
    }
    const extra = closed
      ? Object.keys(value).find((name) => !declared.some((one) => one.name === name))
      : undefined;
    if (extra === undefined) return undefined;
    return { path: `/${extra}`, keyword: "additionalProperties", expected: "no such member", got: "one" };
  };
}

export function scalar(kind: "string" | "number" | "boolean"): Validator {
  return (value) =>
    typeof value === kind
      ? undefined
      : { path: "", keyword: "type", expected: `a ${kind}`, got: nameOf(value) };
}

export const anything: Validator = () => undefined;

function nameOf(value: unknown): string {
  return value === null ? "null" : `a ${typeof value}`;
}

const region: Validator = (value) =>
  value === "eu" || value === "us"
    ? undefined
    : { path: "", keyword: "enum", expected: 'one of "eu", "us"', got: "other text" };

export const ordersChannel: Channel<OrdersParameters> = defineChannel<OrdersParameters>({
  name: "orders",
  address: "shop.orders.{region}",
  durable: true,
  parameters: { region },
});

export const OrderPlaced: EventContract<OrderPlaced, OrdersParameters> = defineEvent<
  OrderPlaced,
  OrdersParameters
>({
  name: "OrderPlaced",
  channel: ordersChannel,
  type: "orders.OrderPlaced.v1",
  version: 1,
  key: "/orderId",
  payload: objectOf({ orderId: "string", total: "number", "note?": "string" }),
});

export const CartEmptied: EventContract<undefined, OrdersParameters> = defineEvent<
  undefined,
  OrdersParameters
>({
  name: "CartEmptied",
  channel: ordersChannel,
  type: "orders.CartEmptied.v1",
  version: 1,
});

export const stockChannel: Channel = defineChannel({ name: "stock", address: "shop.stock", durable: false });

export interface StockCounted {
  readonly sku: string;
  readonly count: number;
}

export const StockCounted: EventContract<StockCounted> = defineEvent<StockCounted>({
  name: "StockCounted",
  channel: stockChannel,
  type: "stock.StockCounted.v1",
  version: 1,
  payload: objectOf({ sku: "string", count: "number" }),
});

export const StockNamed: EventContract<string> = defineEvent<string>({
  name: "StockNamed",
  channel: stockChannel,
  type: "stock.StockNamed.v1",
  version: 1,
  payload: scalar("string"),
});

export const StockEmptied: EventContract<undefined> = defineEvent<undefined>({
  name: "StockEmptied",
  channel: stockChannel,
  type: "stock.StockEmptied.v1",
  version: 1,
});

export interface CancelOrder {
  readonly orderId: string;
}

export interface Cancelled {
  readonly orderId: string;
  readonly refund: number;
}

export const officeChannel: Channel = defineChannel({
  name: "office",
  address: "shop.office",
  durable: false,
});

export const CancelOrder: CommandContract<CancelOrder, Cancelled> = defineCommand<CancelOrder, Cancelled>({
  name: "CancelOrder",
  channel: officeChannel,
  type: "office.CancelOrder.v1",
  version: 1,
  payload: objectOf({ orderId: "string" }),
  reply: objectOf({ orderId: "string", refund: "number" }),
});

export const GetTotal: QueryContract<string, number> = defineQuery<string, number>({
  name: "GetTotal",
  channel: officeChannel,
  type: "office.GetTotal.v1",
  version: 1,
  payload: scalar("string"),
  reply: scalar("number"),
});
