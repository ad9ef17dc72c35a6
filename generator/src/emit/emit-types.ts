import type { PayloadType, TypeReference } from "../model/contract.js";
import { docComment } from "./jsdoc.js";
import { compileTypes } from "./types/library.js";
import { librarySchema, MemberNames } from "./types/library-schema.js";
import { NamedTypes } from "./types/named-types.js";
import { TypePrinter } from "./types/print-type.js";
import { schemaDoc } from "./types/schema-doc.js";

/** The library is asked for so many types at a time: part of its cost is per call, and its memory is per type. */
const batchSize = 100;

/** The declaration of a named type. */
export interface RenderedType {
  /** `export interface …` or `export type …`, with its doc comment and a line break at its end. */
  readonly text: string;
  /** The named types in the text, sorted. Not all that the schema refers to: a type cannot show what is below `not`. */
  readonly references: readonly TypeReference[];
}

/** Declares named types, each exported under exactly its name and deeply readonly. The answer is by key. */
export async function renderTypes(
  types: readonly PayloadType[],
  lookup: (key: TypeReference) => PayloadType,
): Promise<ReadonlyMap<TypeReference, RenderedType>> {
  const named = new NamedTypes((key) => lookup(key).schema);
  const rendered = new Map<TypeReference, RenderedType>();
  for (let start = 0; start < types.length; start += batchSize) {
    const batch = types.slice(start, start + batchSize);
    for (const [key, type] of await renderBatch(batch, lookup, named)) rendered.set(key, type);
  }
  return rendered;
}

async function renderBatch(
  types: readonly PayloadType[],
  lookup: (key: TypeReference) => PayloadType,
  named: NamedTypes,
): Promise<readonly (readonly [TypeReference, RenderedType])[]> {
  const names = new MemberNames();
  const drafts = types.map((type) => {
    const references = new Set<TypeReference>();
    const nameOf = (key: TypeReference): string => {
      references.add(key);
      return lookup(key).name;
    };
    const schema = librarySchema(named.typeOf(type.key), { names, nameOf });
    return { type, schema, references: [...references].sort() };
  });
  const compiled = await compileTypes(drafts.map(({ schema }) => schema));
  const printer = new TypePrinter(names);
  return compiled.flatMap((tree, index) => {
    const draft = drafts[index];
    if (draft === undefined) return [];
    const { type, references } = draft;
    const doc = docComment(schemaDoc(type.schema));
    const text = `${doc}export ${printer.declared(type.name, tree)}\n`;
    return [[type.key, { text, references }]];
  });
}
