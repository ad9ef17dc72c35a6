import { _ } from "ajv/dist/compile/codegen/index.js";
import type { InnerSchemaObject } from "../../model/contract.js";
import { emitArray, hasArrayKeywords } from "./arrays.js";
import { emitByKind, type KindCase } from "./by-kind.js";
import type { FunctionScope } from "./function-scope.js";
import { allKinds, kindOfType, kindOfValue } from "./kinds.js";
import { emitNumber, hasNumberKeywords } from "./numbers.js";
import { emitObject, hasObjectKeywords } from "./objects.js";
import type { Place, ValueKind } from "./place.js";
import { emitString, hasStringKeywords } from "./strings.js";
import { impliesType } from "./values.js";

/**
 * `type`, and the keywords that look at values of one type only. Returns the place with what is known afterwards.
 * Comes after `const` and `enum`: where these decide on the type, it is not asked again.
 */
export function emitTypes(scope: FunctionScope, schema: InnerSchemaObject, place: Place): Place {
  const { type } = schema;
  const listed = [schema.enum, schema.const === undefined ? undefined : [schema.const]].find(
    (values) => values,
  );
  if (listed !== undefined && impliesType(schema)) {
    const kinds = new Set(listed.map(kindOfValue));
    return emitByKind(scope, { ...place, kinds }, keywordCases(scope, schema, allKinds));
  }
  if (type === undefined) return emitByKind(scope, place, keywordCases(scope, schema, allKinds));
  if (type.length === 1 && type[0] === "string" && place.kinds === undefined && hasStringKeywords(schema)) {
    emitString(scope, schema, place, _`typeof ${place.data} !== "string"`);
    return { ...place, kinds: new Set(["string"]) };
  }
  const kinds = [...new Set(type.map(kindOfType))];
  const cases = keywordCases(scope, schema, kinds);
  const numbers = type.includes("number") ? "number" : "integer";
  const free = kinds.filter((kind) => cases.every((each) => !each.kinds.includes(kind)));
  const all = [...cases, ...free.map((kind): KindCase => ({ kinds: [kind] }))].map(
    (each): KindCase => (each.kinds.includes("number") ? { ...each, numbers } : each),
  );
  return emitByKind(scope, place, all, { keyword: "type", parameter: type.length === 1 ? type[0] : type });
}

/** The kinds that the schema has keywords for. */
function keywordCases(
  scope: FunctionScope,
  schema: InnerSchemaObject,
  kinds: readonly ValueKind[],
): readonly KindCase[] {
  const cases: readonly KindCase[] = [
    ...when(hasStringKeywords(schema), "string", (place) => emitString(scope, schema, place)),
    ...when(hasNumberKeywords(schema), "number", (place) => emitNumber(scope, schema, place)),
    ...when(hasArrayKeywords(schema), "array", (place) => emitArray(scope, schema, place)),
    ...when(hasObjectKeywords(schema), "object", (place) => {
      const { members } = place;
      if (members !== undefined) emitObject(scope, schema, { ...place, members });
    }),
  ];
  return cases.filter((each) => each.kinds.some((kind) => kinds.includes(kind)));
}

function when(has: boolean, kind: ValueKind, emit: (place: Place) => void): readonly KindCase[] {
  return has ? [{ kinds: [kind], emit }] : [];
}
