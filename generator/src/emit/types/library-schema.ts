import type { JSONSchema } from "json-schema-to-typescript";
import type { TypeReference } from "../../model/contract.js";
import { anyObject, jsonKinds, kindsOf, wholeKindsOf } from "./kinds.js";
import { arrayForm } from "./tuples.js";
import {
  type Alternative,
  type ArrayNode,
  isNever,
  type MemberNode,
  type ObjectNode,
  type TypeNode,
  unknownNode,
} from "./type-node.js";

/**
 * The names that json-schema-to-typescript sees in place of members, with what they stand for. No name, comment or
 * key of the users goes through it, so none can mean anything to it.
 */
export class MemberNames {
  readonly #members: MemberNode[] = [];

  nameFor(member: MemberNode): string {
    return `m${this.#members.push(member) - 1}`;
  }

  /** @throws Error for a name that was not given out */
  member(name: string): MemberNode {
    const member = this.#members[Number(name.slice(1))];
    if (member === undefined) throw new Error(`internal error: no member is called ${JSON.stringify(name)}`);
    return member;
  }
}

export interface LibrarySchemaOptions {
  readonly names: MemberNames;
  /** The TypeScript name of a named type. */
  readonly nameOf: (key: TypeReference) => string;
}

/** A schema that json-schema-to-typescript turns into exactly the type of `node`. */
export function librarySchema(node: TypeNode, options: LibrarySchemaOptions): JSONSchema {
  return new SchemaWriter(options).schema(node, false);
}

class SchemaWriter {
  readonly #options: LibrarySchemaOptions;

  constructor(options: LibrarySchemaOptions) {
    this.#options = options;
  }

  /** `isPart`: another part of an intersection says which members there are. */
  schema(node: TypeNode, isPart: boolean): JSONSchema {
    switch (node.kind) {
      case "unknown":
        return { tsType: "unknown" };
      case "union":
        return isNever(node) ? { tsType: "never" } : this.#union(node.of, isPart);
      case "scalar":
        return { type: node.type };
      case "literal":
        return { enum: [node.value] };
      case "open":
        return { tsType: `(${node.type} & {})` };
      case "array":
        return this.#array(node);
      case "object":
        return this.#object(node, isPart);
      case "reference":
        return { tsType: this.#options.nameOf(node.key) };
      case "intersection": {
        const listing = node.of.filter(listsMembers);
        return {
          allOf: node.of.map((part) =>
            this.schema(
              part,
              listing.some((other) => other !== part),
            ),
          ),
        };
      }
    }
  }

  #union(alternatives: readonly Alternative[], isPart: boolean): JSONSchema {
    if (!isPart && holdsAnything(alternatives)) return { tsType: "unknown" };
    const literals = alternatives.filter((node) => node.kind === "literal");
    const others = alternatives.filter((node) => node.kind !== "literal");
    const values = literals.length === 0 ? [] : [{ enum: literals.map(({ value }) => value) }];
    return { anyOf: [...values, ...others.map((node) => this.schema(node, isPart))] };
  }

  #array(node: ArrayNode): JSONSchema {
    const form = arrayForm(node);
    if ("items" in form) return { type: "array", items: this.schema(form.items, false) };
    const schemas = form.tuples.map(({ items, rest }) => ({
      type: "array" as const,
      items: items.map((item) => this.schema(item, false)),
      minItems: items.length,
      ...(rest && { additionalItems: this.schema(rest, false) }),
    }));
    return { anyOf: schemas };
  }

  #object(node: ObjectNode, isPart: boolean): JSONSchema {
    const properties: { [name: string]: JSONSchema } = {};
    const required: string[] = [];
    for (const member of node.members) {
      const name = this.#options.names.nameFor(member);
      properties[name] = this.schema(memberType(member), false);
      if (member.required) required.push(name);
    }
    const others = indexType(node, isPart);
    const additionalProperties = others === undefined ? false : this.schema(others, false);
    return { type: "object", properties, required, additionalProperties };
  }
}

/** What the index signature of an object holds; undefined for one without. */
function indexType({ members, rest, closed }: ObjectNode, isPart: boolean): TypeNode | undefined {
  if (rest === undefined) return closed || isPart ? undefined : unknownNode;
  return isNever(rest) && members.length > 0 ? undefined : rest;
}

/** Where a member may be absent, a name of `Object.prototype` leads to what every object inherits. */
function memberType({ name, required, type }: MemberNode): TypeNode {
  return !required && name in Object.prototype ? unknownNode : type;
}

/** True when there is no value that none of them holds. An object that says that it is open then holds any. */
function holdsAnything(alternatives: readonly Alternative[]): boolean {
  const isOpen = (node: Alternative): boolean =>
    node.kind === "object" && node.members.length === 0 && node.rest?.kind === "unknown";
  const whole = wholeKindsOf(alternatives.map((node) => (isOpen(node) ? anyObject : node)));
  return jsonKinds.every((kind) => whole.has(kind));
}

/** True for a part of an intersection of which every object says which members there are, or that there may be any. */
function listsMembers(node: TypeNode): boolean {
  switch (node.kind) {
    case "object":
      return node.closed || node.rest !== undefined;
    case "union": {
      const objects = node.of.filter((alternative) => kindsOf(alternative).has("object"));
      return objects.length > 0 && objects.every(listsMembers);
    }
    case "reference": {
      const target = node.target();
      return target.kind === "reference" ? listsMembers(target) : target.kind !== "unknown";
    }
    case "intersection":
      return true;
    default:
      return false;
  }
}
