import {
  type Closed,
  fail,
  isShorter,
  members,
  undeclared,
  under,
  type Violation,
  vouch,
} from "@eventwright/runtime/contract";

const orderNames = ["orderId", "total", "items", "note"];
const itemNames = ["sku", "count"];

/** What the generator makes of a schema: every member's type, and for writers no member beyond. */
export function validateOrder(data: unknown, closed: Closed): Violation | undefined {
  const order = members(data, closed);
  if (!order) return fail("", "type", "object", data);
  const { orderId, total, items, note } = order;
  if (typeof orderId !== "string" || isShorter(orderId, 36))
    return fail("/orderId", "minLength", 36, orderId);
  if (closed) vouch(orderId, closed);
  if (!Number.isFinite(total)) return fail("/total", "type", "number", total);
  if (!Array.isArray(items)) return fail("/items", "type", "array", items);
  for (let index = 0; index < items.length; index++) {
    const violation = validateItem(items[index], closed);
    if (violation) return under(`/items/${index}`, violation);
  }
  if (typeof note !== "string") return fail("/note", "type", "string", note);
  if (closed) vouch(note, closed);
  return closed ? undeclared("", order, orderNames, 4) : undefined;
}

function validateItem(data: unknown, closed: Closed): Violation | undefined {
  const item = members(data, closed);
  if (!item) return fail("", "type", "object", data);
  const { sku, count } = item;
  if (typeof sku !== "string") return fail("/sku", "type", "string", sku);
  if (closed) vouch(sku, closed);
  if (!Number.isInteger(count)) return fail("/count", "type", "integer", count);
  return closed ? undeclared("", item, itemNames, 2) : undefined;
}
