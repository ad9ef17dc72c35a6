import type { InnerSchema, InnerSchemaObject } from "../../model/contract.js";
import { appliesInPlace } from "./mentioned-members.js";
import { isNever, type MemberNode, type ObjectNode, type TypeNode, unknownNode } from "./type-node.js";
import type { ReadType } from "./type-of-schema.js";
import { unionOf } from "./union.js";

/** The objects that a schema accepts. */
export function objectType(schema: InnerSchemaObject, read: ReadType): ObjectNode {
  const { properties = {}, required = [], propertyNames } = schema;
  const rest = restType(schema, read);
  const listed = Object.entries(properties).map(([name, property]) => ({
    name,
    required: required.includes(name),
    type: read(property),
    schema: property,
  }));
  const unlisted = required
    .filter((name) => !Object.hasOwn(properties, name))
    .map((name) => ({ name, required: true, type: rest ?? unknownNode }));
  const object: ObjectNode = {
    kind: "object",
    members: [...listed, ...unlisted],
    ...(rest && { rest }),
    closed: listed.length > 0 || schema.unevaluatedProperties === false,
  };
  const names = possibleNames(propertyNames);
  return names === undefined ? object : withNames(object, names);
}

/** What members must fit that the schema does not list; undefined when it says nothing of them. */
function restType(schema: InnerSchemaObject, read: ReadType): TypeNode | undefined {
  const { patternProperties = {}, additionalProperties, unevaluatedProperties, propertyNames } = schema;
  const patterns = Object.values(patternProperties).map(read);
  const others = additionalProperties ?? (appliesInPlace(schema) ? undefined : unevaluatedProperties);
  if (others !== undefined) return unionOf([...patterns, read(others)]);
  const speaksOfOthers = patterns.length > 0 || propertyNames !== undefined;
  // What another keyword evaluates may be anything.
  const evaluatesOthers = unevaluatedProperties !== undefined && unevaluatedProperties !== false;
  return speaksOfOthers || evaluatesOthers ? unknownNode : undefined;
}

/** The names that an object can have at all, when `propertyNames` lists them. */
function possibleNames(schema: InnerSchema | undefined): ReadonlySet<string> | undefined {
  if (schema === undefined || schema === true) return undefined;
  if (schema === false) return new Set();
  const values = schema.const === undefined ? schema.enum : [schema.const];
  return values && new Set(values.filter((value) => typeof value === "string"));
}

/** The object without members of other names. */
function withNames({ members, rest = unknownNode }: ObjectNode, names: ReadonlySet<string>): ObjectNode {
  const listed = new Set(members.map(({ name }) => name));
  const others = [...names].filter((name) => !listed.has(name) && !isNever(rest));
  return {
    kind: "object",
    members: [
      ...members.map(
        (member): MemberNode => (names.has(member.name) ? member : { ...member, type: unionOf([]) }),
      ),
      ...others.map((name) => ({ name, required: false, type: rest })),
    ],
    rest: unionOf([]),
    closed: true,
  };
}
