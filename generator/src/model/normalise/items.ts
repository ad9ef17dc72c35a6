import { has, isArray, type KeywordRule, type RawSchema } from "./reader.js";
import { schemaListRule } from "./schema-maps.js";
import { wrong } from "./values.js";

const mostPositions = 1_000;

/** `prefixItems` of 2020-12. */
export const prefixItemsRule: KeywordRule = schemaListRule("prefixItems", mostPositions);

/** `items` of 2020-12: one schema for all items after `prefixItems`. */
export const itemsRule: KeywordRule = (value, reader) =>
  isArray(value)
    ? wrong(reader, "items", "one schema (a list of schemas is called prefixItems)", value)
    : { items: reader.schema(value, "items") };

/** `items` of draft-07: a schema for all items, or a list of them by position. */
export const draft07ItemsRule: KeywordRule = (value, reader) => {
  if (!isArray(value)) return { items: reader.schema(value, "items") };
  // An empty list constrains nothing, and is no legal `prefixItems`.
  if (value.length === 0) return {};
  if (value.length > mostPositions) {
    return wrong(reader, "items", `at most ${mostPositions} positions`, value.length);
  }
  return { prefixItems: value.map((schema, index) => reader.schema(schema, "items", String(index))) };
};

/** `additionalItems` of draft-07: means something beside a list of items only. */
export const additionalItemsRule: KeywordRule = (value, reader, raw) =>
  hasItemList(raw) ? { items: reader.schema(value, "additionalItems") } : {};

function hasItemList(raw: RawSchema): boolean {
  return has(raw, "items") && isArray(raw.items);
}
