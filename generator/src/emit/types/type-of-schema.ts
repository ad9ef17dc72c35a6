import type { InnerSchema, InnerSchemaObject } from "../../model/contract.js";
import { arrayType } from "./array-type.js";
import { conditionalType } from "./conditional-type.js";
import { intersect } from "./intersect.js";
import { allKinds, kindsOfTypes, wholeKind } from "./kinds.js";
import { mentionedMembers } from "./mentioned-members.js";
import type { NamedTypes } from "./named-types.js";
import { negatedType } from "./negated-type.js";
import { objectType } from "./object-type.js";
import { neverNode, type TypeNode, unknownNode } from "./type-node.js";
import { unionOf } from "./union.js";
import { knownValues, valuesType } from "./values-type.js";

/** Reads a schema within another one. */
export type ReadType = (schema: InnerSchema) => TypeNode;

/** The type of a schema: every value that the schema accepts fits it. */
export function typeOfSchema(schema: InnerSchema, named: NamedTypes): TypeNode {
  if (typeof schema === "boolean") return schema ? unknownNode : neverNode;
  const read: ReadType = (inner) => typeOfSchema(inner, named);
  const { $ref, allOf = [], anyOf, oneOf } = schema;
  const parts: readonly TypeNode[] = [
    knownValues(ownType(schema, read), schema),
    ...($ref === undefined ? [] : [named.reference($ref)]),
    ...allOf.map(read),
    ...[anyOf, oneOf].flatMap((schemas) => (schemas === undefined ? [] : [unionOf(schemas.map(read))])),
    conditionalType(schema, read),
    negatedType(schema),
    mentionedMembers(schema, named),
  ];
  // Named types come last: what is said in place is merged before.
  const inPlace = parts.filter(({ kind }) => kind !== "reference");
  const references = parts.filter(({ kind }) => kind === "reference");
  return [...inPlace, ...references].reduce(intersect, unknownNode);
}

/** What the keywords say that do not apply other schemas to the same value. */
function ownType(schema: InnerSchemaObject, read: ReadType): TypeNode {
  const kinds = schema.type === undefined ? allKinds : kindsOfTypes(schema.type);
  const values = valuesType(schema);
  if (values !== undefined) return values;
  return unionOf(
    [...kinds].map((kind) => {
      if (kind === "object") return objectType(schema, read);
      return kind === "array" ? arrayType(schema, read) : wholeKind(kind);
    }),
  );
}
