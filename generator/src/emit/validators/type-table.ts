import type { InnerSchema, PayloadType, TypeReference } from "../../model/contract.js";
import { declaredBy, nothingDeclared } from "./declared.js";
import type { Declared, TypeFacts } from "./facts.js";
import { allKinds, kindsOf, refusesAbsence } from "./kinds.js";
import { levelsOf } from "./levels.js";
import type { ValueKind } from "./place.js";

/** The types of the set by key, with what was found out about them, and how their validators are used. */
export class TypeTable implements TypeFacts {
  /** Types that others refer to in place: their validators must also check a value as a part of another schema. */
  readonly parts: Set<TypeReference> = new Set();
  readonly #types: ReadonlyMap<TypeReference, PayloadType>;
  readonly #kinds = new Map<TypeReference, ReadonlySet<ValueKind>>();
  readonly #refusesAbsence = new Map<TypeReference, boolean>();
  readonly #declared = new Map<TypeReference, Declared>();
  readonly #levels = new Map<TypeReference, number>();

  constructor(types: readonly PayloadType[]) {
    this.#types = new Map(types.map((type) => [type.key, type]));
  }

  /** @throws Error for a key that the set does not hold */
  lookup(key: TypeReference): PayloadType {
    const type = this.#types.get(key);
    if (type === undefined)
      throw new Error(`internal error: the contract set holds no type ${JSON.stringify(key)}`);
    return type;
  }

  schema(key: TypeReference): InnerSchema {
    return this.lookup(key).schema;
  }

  kinds(key: TypeReference): ReadonlySet<ValueKind> {
    return findOnce(this.#kinds, key, new Set(allKinds), () => kindsOf(this.schema(key), this));
  }

  refusesAbsence(key: TypeReference): boolean {
    return findOnce(this.#refusesAbsence, key, false, () => refusesAbsence(this.schema(key), this));
  }

  declared(key: TypeReference): Declared {
    return findOnce(this.#declared, key, nothingDeclared, () => declaredBy(this.schema(key), this));
  }

  levels(key: TypeReference): number {
    return findOnce(this.#levels, key, Number.POSITIVE_INFINITY, () => levelsOf(this.schema(key), this));
  }
}

/** `busy` is what a type that refers to itself in place is taken for. */
function findOnce<Fact>(
  known: Map<TypeReference, Fact>,
  key: TypeReference,
  busy: Fact,
  find: () => Fact,
): Fact {
  const fact = known.get(key);
  if (fact !== undefined) return fact;
  known.set(key, busy);
  const found = find();
  known.set(key, found);
  return found;
}
