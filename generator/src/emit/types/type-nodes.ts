import type { InnerSchema, TypeReference } from "../../model/contract.js";
import { TypeContext } from "./type-context.js";
import type { TypeNode } from "./type-node.js";
import { typeOfSchema } from "./type-of-schema.js";

/** The types of named schemas, each worked out once, when it is asked for. */
export class TypeNodes {
  readonly #context: TypeContext;
  readonly #nodes = new Map<TypeReference, TypeNode>();

  constructor(schemaOf: (key: TypeReference) => InnerSchema) {
    this.#context = new TypeContext(schemaOf);
  }

  get(key: TypeReference): TypeNode {
    const known = this.#nodes.get(key);
    if (known !== undefined) return known;
    const node = typeOfSchema(this.#context.schemaOf(key), this.#context);
    this.#nodes.set(key, node);
    return node;
  }
}
