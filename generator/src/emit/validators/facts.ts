import type { InnerSchema, TypeReference } from "../../model/contract.js";
import type { ValueKind } from "./place.js";

/** What a schema says about the names of members, taken together with all schemas that it applies in place. */
export interface Declared {
  /** Names and patterns that count whenever the schema fits. */
  readonly names: ReadonlySet<string>;
  readonly patterns: ReadonlySet<string>;
  /** The schema speaks for all members, not only for those that it names. */
  readonly all: boolean;
  /** It lists properties, itself or in a branch: it is meant to be closed when writing, unless it says otherwise. */
  readonly lists: boolean;
  /** Some names count only when a branch fits. */
  readonly conditional: boolean;
  /**
   * Names that some schema requires without listing them: a writer may always send them, or some values could not be
   * sent at all.
   */
  readonly required: ReadonlySet<string>;
  /** Names that are listed or required anywhere. */
  readonly mentioned: ReadonlySet<string>;
}

/** What is known about named types: each fact is found out once. */
export interface TypeFacts {
  schema(key: TypeReference): InnerSchema;
  kinds(key: TypeReference): ReadonlySet<ValueKind>;
  refusesAbsence(key: TypeReference): boolean;
  declared(key: TypeReference): Declared;
  levels(key: TypeReference): number;
}
