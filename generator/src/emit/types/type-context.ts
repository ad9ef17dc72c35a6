import type { InnerSchema, JsonType, TypeReference } from "../../model/contract.js";
import { allKinds } from "./kinds.js";
import type { JsonKind } from "./type-node.js";

/** What the type of a schema needs to know of the named types that it refers to. */
export class TypeContext {
  readonly schemaOf: (key: TypeReference) => InnerSchema;
  readonly #kinds = new Map<TypeReference, ReadonlySet<JsonKind>>();

  constructor(schemaOf: (key: TypeReference) => InnerSchema) {
    this.schemaOf = schemaOf;
  }

  /** The kinds that values of a named type may have; all of them when that is not easily told. */
  kindsOf(key: TypeReference): ReadonlySet<JsonKind> {
    const known = this.#kinds.get(key);
    if (known !== undefined) return known;
    // While it is found out, a type that leads back to itself may be anything.
    this.#kinds.set(key, allKinds);
    const kinds = this.#kindsOfSchema(this.schemaOf(key));
    this.#kinds.set(key, kinds);
    return kinds;
  }

  #kindsOfSchema(schema: InnerSchema): ReadonlySet<JsonKind> {
    if (typeof schema === "boolean") return schema ? allKinds : new Set();
    const { $ref, type, allOf, anyOf, oneOf } = schema;
    const limits = [
      ...($ref === undefined ? [] : [this.kindsOf($ref)]),
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

/** The kinds that `type` allows. */
export function kindsOfTypes(types: readonly JsonType[]): ReadonlySet<JsonKind> {
  return new Set(types.map((type) => (type === "integer" ? "number" : type)));
}
