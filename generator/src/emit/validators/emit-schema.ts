import type { InnerSchema, InnerSchemaObject } from "../../model/contract.js";
import { withBoundedPatterns } from "./bounded-patterns.js";
import { openCluster } from "./clusters.js";
import { emitCondition, emitDependentSchemas, emitNot } from "./composition.js";
import type { FunctionScope } from "./function-scope.js";
import type { Place } from "./place.js";
import { emitTypes } from "./types.js";
import { emitUnion } from "./unions.js";
import { emitValues } from "./values.js";
import { openVouching } from "./vouching.js";

/** Emits all checks of a schema: the cheap and telling ones first, and what needs the verdict of others last. */
export function emitSchema(scope: FunctionScope, schema: InnerSchema, place: Place): void {
  if (schema === true) {
    if (place.vouches) scope.vouch(place);
  } else if (schema === false) scope.refuse(place, "false", undefined);
  else emitKeywords(scope, withBoundedPatterns(withoutPlainUnevaluated(schema)), place);
}

function emitKeywords(scope: FunctionScope, schema: InnerSchemaObject, place: Place): void {
  const cluster = openVouching(openCluster(scope, schema, place), schema, place, scope.module.types);
  emitValues(scope, schema, place);
  const after = emitTypes(scope, schema, cluster.placeOf("itself", place));
  const known: Place = {
    ...place,
    ...(after.kinds && { kinds: after.kinds }),
    ...(after.members && { members: after.members }),
  };
  if (schema.$ref !== undefined) {
    scope.passOn(scope.callType(schema.$ref, cluster.placeOf("$ref", known)), known.path);
  }
  for (const part of schema.allOf ?? []) scope.emit(part, cluster.placeOf(part, known));
  if (schema.anyOf !== undefined) emitUnion(scope, "anyOf", schema.anyOf, cluster.placeOf("anyOf", known));
  if (schema.oneOf !== undefined) emitUnion(scope, "oneOf", schema.oneOf, cluster.placeOf("oneOf", known));
  if (schema.not !== undefined) emitNot(scope, schema.not, known);
  emitCondition(scope, schema, cluster.placeOf("conditions", known));
  emitDependentSchemas(scope, schema, cluster.placeOf("conditions", known));
  cluster.close(known);
  if (place.vouches && cluster.voucher === undefined) scope.vouch(known);
}

/** Where no other schema looks at the value, what is unevaluated is simply what is additional. */
function withoutPlainUnevaluated(schema: InnerSchemaObject): InnerSchemaObject {
  const { $ref, allOf, anyOf, oneOf, if: condition, dependentSchemas, contains } = schema;
  const applied = [$ref, allOf, anyOf, oneOf, condition, dependentSchemas];
  if (applied.some((keyword) => keyword !== undefined)) return schema;
  const { unevaluatedProperties, unevaluatedItems, ...others } = schema;
  const additionalProperties = others.additionalProperties ?? unevaluatedProperties;
  const items = others.items ?? (contains === undefined ? unevaluatedItems : undefined);
  return {
    ...others,
    ...(additionalProperties !== undefined && { additionalProperties }),
    ...(items !== undefined && { items }),
    ...(contains !== undefined &&
      others.items === undefined &&
      unevaluatedItems !== undefined && { unevaluatedItems }),
  };
}
