import { _, type Name } from "ajv/dist/compile/codegen/index.js";
import type { InnerSchema, InnerSchemaObject } from "../../model/contract.js";
import type { FunctionScope } from "./function-scope.js";
import { stepTo, stepToItem } from "./paths.js";
import { inside, type Place } from "./place.js";

/** Keywords of arrays, but for `unevaluatedItems`. Limits come first: they bound the work of all others. */
export function emitArray(scope: FunctionScope, schema: InnerSchemaObject, place: Place): void {
  const { data } = place;
  const { minItems, maxItems, uniqueItems, prefixItems = [], items } = schema;
  if (maxItems !== undefined) scope.refuseIf(_`${data}.length > ${maxItems}`, place, "maxItems", maxItems);
  if (minItems !== undefined) scope.refuseIf(_`${data}.length < ${minItems}`, place, "minItems", minItems);
  prefixItems.forEach((item, index) => {
    emitPrefixItem(scope, item, index, place);
  });
  if (items !== undefined) emitItems(scope, items, prefixItems.length, place);
  if (uniqueItems === true) {
    scope.refuseIf(_`!${scope.runtime("isUnique")}(${data})`, place, "uniqueItems", undefined);
  }
  emitContains(scope, schema, place);
  if (place.part === undefined) return;
  const before = items === undefined ? _`${prefixItems.length}` : _`${data}.length`;
  if (items !== undefined || prefixItems.length > 0) {
    scope.gen.code(_`if (${place.part}) ${place.part}.addItemsBefore(${before})`);
  }
}

export function hasArrayKeywords(schema: InnerSchemaObject): boolean {
  const { minItems, maxItems, uniqueItems, prefixItems, items, contains } = schema;
  return [minItems, maxItems, uniqueItems, prefixItems, items, contains].some(
    (keyword) => keyword !== undefined,
  );
}

function emitPrefixItem(scope: FunctionScope, item: InnerSchema, index: number, place: Place): void {
  if (item === true) return;
  const { gen } = scope;
  gen.if(_`${place.data}.length > ${index}`, () => {
    const data = gen.const("d", _`${place.data}[${index}]`);
    scope.emit(item, inside(place, data, stepTo(place.path, String(index))));
  });
}

function emitItems(scope: FunctionScope, items: InnerSchema, from: number, place: Place): void {
  if (items === true) return;
  if (items === false) {
    scope.refuseIf(_`${place.data}.length > ${from}`, place, "maxItems", from);
    return;
  }
  forEachItem(scope, place, from, (data, index) => {
    scope.emit(items, inside(place, data, stepToItem(place.path, index)));
  });
}

function forEachItem(
  scope: FunctionScope,
  place: Place,
  from: number,
  body: (data: Name, index: Name) => void,
): void {
  const { gen } = scope;
  const index = gen.name("i");
  gen.for(_`let ${index} = ${from}; ${index} < ${place.data}.length; ${index}++`, () => {
    body(gen.const("d", _`${place.data}[${index}]`), index);
  });
}

/**
 * `contains` counts as a reader counts: which items a writer's closed form would refuse is up to `items`. An item that
 * fits has been looked at.
 */
function emitContains(scope: FunctionScope, schema: InnerSchemaObject, place: Place): void {
  const { contains, minContains = 1, maxContains } = schema;
  const asksNothing = minContains === 0 && maxContains === undefined && place.part === undefined;
  if (contains === undefined || asksNothing) return;
  const { gen } = scope;
  const branch = scope.branch(contains, false);
  const count = gen.let("n", 0);
  forEachItem(scope, place, 0, (data, index) => {
    gen.if(_`${branch}(${data}, false) === undefined`, () => {
      gen.code(_`${count}++`);
      if (place.part !== undefined) gen.code(_`if (${place.part}) ${place.part}.addItem(${index})`);
    });
  });
  if (minContains > 0) scope.refuseIf(_`${count} < ${minContains}`, place, "minContains", minContains);
  if (maxContains !== undefined) {
    scope.refuseIf(_`${count} > ${maxContains}`, place, "maxContains", maxContains);
  }
}
