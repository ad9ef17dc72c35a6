import type { InnerSchema, InnerSchemaObject, TypeReference } from "../../model/contract.js";
import { anyObject, jsonKinds, wholeKind } from "./kinds.js";
import type { NamedTypes } from "./named-types.js";
import { type ObjectNode, type TypeNode, unknownNode } from "./type-node.js";
import { unionOf } from "./union.js";

/** True for a schema that applies others to the same value, so that they too say which members there are. */
export function appliesInPlace(schema: InnerSchemaObject): boolean {
  const { $ref, allOf, anyOf, oneOf, if: condition, dependentSchemas } = schema;
  return [$ref, allOf, anyOf, oneOf, condition, dependentSchemas].some((keyword) => keyword !== undefined);
}

/**
 * Members that a schema names under conditions that a type cannot express. They may be there, so a closed object
 * must have room for them.
 */
export function mentionedMembers(schema: InnerSchemaObject, named: NamedTypes): TypeNode {
  const mentions = new Mentions(named);
  const { dependentRequired = {}, dependentSchemas = {}, then: whenTrue, else: whenFalse } = schema;
  for (const [name, names] of Object.entries(dependentRequired)) mentions.add(name, ...names);
  for (const [name, dependent] of Object.entries(dependentSchemas)) {
    mentions.add(name);
    mentions.addFrom(dependent);
  }
  // With both branches, the type itself has them.
  if (whenTrue === undefined || whenFalse === undefined) {
    for (const branch of [schema.if, whenTrue, whenFalse]) mentions.addFrom(branch ?? true);
  }
  return mentions.type();
}

class Mentions {
  readonly #named: NamedTypes;
  readonly #names = new Set<string>();
  readonly #followed = new Set<TypeReference>();
  #isOpen = false;

  constructor(named: NamedTypes) {
    this.#named = named;
  }

  add(...names: readonly string[]): void {
    for (const name of names) this.#names.add(name);
  }

  /** Adds the members that `schema` names for the same value. */
  addFrom(schema: InnerSchema): void {
    if (typeof schema === "boolean") return;
    const {
      $ref,
      properties = {},
      required = [],
      patternProperties,
      allOf = [],
      anyOf = [],
      oneOf = [],
    } = schema;
    const { additionalProperties, unevaluatedProperties, dependentSchemas = {} } = schema;
    this.add(...Object.keys(properties), ...required, ...Object.keys(dependentSchemas));
    if (
      patternProperties !== undefined ||
      (additionalProperties ?? unevaluatedProperties ?? false) !== false
    ) {
      this.#isOpen = true;
    }
    if ($ref !== undefined && !this.#followed.has($ref)) {
      this.#followed.add($ref);
      this.addFrom(this.#named.schemaOf($ref));
    }
    const branches = [schema.if, schema.then, schema.else].map((branch) => branch ?? true);
    for (const part of [...allOf, ...anyOf, ...oneOf, ...branches, ...Object.values(dependentSchemas)]) {
      this.addFrom(part);
    }
  }

  type(): TypeNode {
    if (this.#names.size === 0 && !this.#isOpen) return unknownNode;
    const object: ObjectNode = {
      ...anyObject,
      members: [...this.#names].map((name) => ({ name, required: false, type: unknownNode })),
      ...(this.#isOpen && { rest: unknownNode }),
    };
    return unionOf([...jsonKinds.filter((kind) => kind !== "object").map(wholeKind), object]);
  }
}
