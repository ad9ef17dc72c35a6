import type { PayloadType, TypeReference } from "../model/contract.js";
import { docComment } from "./jsdoc.js";
import { compileTypes } from "./types/library.js";
import { librarySchema, MemberNames } from "./types/library-schema.js";
import { TypePrinter } from "./types/print-type.js";
import { schemaDoc } from "./types/schema-doc.js";
import { TypeContext } from "./types/type-context.js";
import { typeOfSchema } from "./types/type-of-schema.js";

/** The library is asked for so many types at a time: its cost is per call, and its memory per type. */
const batchSize = 100;

/**
 * The declarations of named types by key, each an exported interface or type alias called exactly as its type is,
 * with doc comments and a line break at its end. Types are deeply readonly. What `references` names is used.
 */
export async function renderTypes(
  types: readonly PayloadType[],
  lookup: (key: TypeReference) => PayloadType,
): Promise<ReadonlyMap<TypeReference, string>> {
  const texts = new Map<TypeReference, string>();
  const context = new TypeContext((key) => lookup(key).schema);
  for (let start = 0; start < types.length; start += batchSize) {
    const batch = types.slice(start, start + batchSize);
    const names = new MemberNames();
    const schemas = batch.map(({ schema }) =>
      librarySchema(typeOfSchema(schema, context), { names, nameOf: (key) => lookup(key).name }),
    );
    const { compiler, types: compiled } = await compileTypes(schemas);
    const printer = new TypePrinter(compiler, names);
    for (const [index, type] of batch.entries()) {
      const node = compiled[index];
      if (node === undefined) throw new Error(`internal error: the library made no type for ${type.name}`);
      texts.set(type.key, declaration(type, printer.declared(type.name, node)));
    }
  }
  return texts;
}

function declaration(type: PayloadType, text: string): string {
  return `${docComment(schemaDoc(type.schema))}export ${text}\n`;
}
