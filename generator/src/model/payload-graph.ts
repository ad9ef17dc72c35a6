import { parsePointer } from "../json-pointer.js";
import type { FindingList } from "../load/finding-list.js";
import { compareText } from "../load/finding-list.js";
import type { ReferenceResolver } from "../load/resolve-refs.js";
import type { SchemaIndex, SchemaPlace } from "../load/schema-index.js";
import { isInPlace } from "../load/subschemas.js";
import type { InnerSchema, TypeReference } from "./contract.js";
import { normalise } from "./normalise/normalise.js";

/** A schema that has a name of its own in the output: where contracts begin, and what references lead to. */
export interface PayloadNode {
  readonly key: TypeReference;
  readonly place: SchemaPlace;
  readonly schema: InnerSchema;
  /** Keys of the nodes that `schema` refers to, sorted, each once. */
  readonly references: readonly TypeReference[];
  /** Of those, what is held against the same value, with the pointer of the reference. */
  readonly inPlace: ReadonlyMap<TypeReference, string>;
}

/** All schemas that contracts reach, in the inner form, and how they refer to each other. */
export class PayloadGraph {
  readonly #resolver: ReferenceResolver;
  readonly #index: SchemaIndex;
  readonly #findings: FindingList;
  readonly #nodes = new Map<TypeReference, PayloadNode>();

  constructor(resolver: ReferenceResolver, index: SchemaIndex, findings: FindingList) {
    this.#resolver = resolver;
    this.#index = index;
    this.#findings = findings;
  }

  /** Takes in the schema at a place and all that it reaches. Gives its key. */
  add(place: SchemaPlace): TypeReference {
    const waiting = [place];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (!this.#nodes.has(keyOf(next))) this.#read(next, waiting);
    }
    return keyOf(place);
  }

  /** @throws Error for a key that no {@link add} gave. */
  get(key: TypeReference): PayloadNode {
    const node = this.#nodes.get(key);
    if (node === undefined) throw new Error(`no schema has the key ${JSON.stringify(key)}`);
    return node;
  }

  /** Every node, sorted by key. */
  get nodes(): readonly PayloadNode[] {
    return [...this.#nodes.values()].sort((one, other) => compareText(one.key, other.key));
  }

  #read(place: SchemaPlace, waiting: SchemaPlace[]): void {
    const { document, pointer } = place;
    const references = new Set<TypeReference>();
    const inPlace = new Map<TypeReference, string>();
    const schema = normalise(document.at(pointer) ?? true, pointer, {
      dialect: this.#index.dialectOf(document),
      report: (at, rule, message) => this.#findings.add(document.location(at), rule, message),
      refTo: (ref, at) => {
        const from = { document, pointer: at };
        const target = at.endsWith("/$dynamicRef")
          ? this.#resolver.resolveDynamic(ref, from)
          : this.#resolver.resolve(ref, from);
        if (target === undefined) return undefined;
        const key = keyOf(target);
        waiting.push(target);
        references.add(key);
        if (!inPlace.has(key) && isInPlace(parsePointer(at.slice(pointer.length)) ?? []))
          inPlace.set(key, at);
        return key;
      },
    });
    const key = keyOf(place);
    this.#nodes.set(key, { key, place, schema, references: [...references].sort(compareText), inPlace });
  }
}

function keyOf({ document, pointer }: SchemaPlace): TypeReference {
  return `${document.file}#${pointer}`;
}
