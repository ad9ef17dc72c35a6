import type { InnerSchema, TypeReference } from "../../model/contract.js";
import { allKinds, kindsOfTypes } from "./kinds.js";
import { type JsonKind, type ReferenceNode, type TypeNode, unknownNode } from "./type-node.js";
import { typeOfSchema } from "./type-of-schema.js";

/** The named types that schemas refer to, each worked out once, when it is asked for. */
export class NamedTypes {
  readonly schemaOf: (key: TypeReference) => InnerSchema;
  readonly #kinds = new Map<TypeReference, ReadonlySet<JsonKind>>();
  readonly #types = new Map<TypeReference, TypeNode>();

  constructor(schemaOf: (key: TypeReference) => InnerSchema) {
    this.schemaOf = schemaOf;
  }

  reference(key: TypeReference): ReferenceNode {
    return { kind: "reference", key, kinds: this.#kindsOf(key), target: () => this.typeOf(key) };
  }

  typeOf(key: TypeReference): TypeNode {
    const known = this.#types.get(key);
    if (known !== undefined) return known;
    // While it is worked out, a type that leads back to itself may be anything.
    this.#types.set(key, unknownNode);
    const type = typeOfSchema(this.schemaOf(key), this);
    this.#types.set(key, type);
    return type;
  }

  /** The kinds that values of a named type may have; all of them when that is not easily told. */
  #kindsOf(key: TypeReference): ReadonlySet<JsonKind> {
    const known = this.#kinds.get(key);
    if (known !== undefined) return known;
    this.#kinds.set(key, allKinds);
    const kinds = this.#kindsOfSchema(this.schemaOf(key));
    this.#kinds.set(key, kinds);
    return kinds;
  }

  #kindsOfSchema(schema: InnerSchema): ReadonlySet<JsonKind> {
    if (typeof schema === "boolean") return schema ? allKinds : new Set();
    const { $ref, type, allOf, anyOf, oneOf } = schema;
    const limits = [
      ...($ref === undefined ? [] : [this.#kindsOf($ref)]),
      ...(type === undefined ? [] : [kindsOfTypes(type)]),
      ...(allOf ?? []).map((part) => this.#kindsOfSchema(part)),
      ...[anyOf, oneOf].flatMap((parts) => (parts === undefined ? [] : [this.#kindsOfAny(parts)])),
    ];
    return new Set([...allKinds].filter((kind) => limits.every((kinds) => kinds.has(kind))));
  }

  #kindsOfAny(schemas: readonly InnerSchema[]): ReadonlySet<JsonKind> {
    return new Set(schemas.flatMap((schema) => [...this.#kindsOfSchema(schema)]));
  }
}
