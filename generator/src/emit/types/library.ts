import type { JSONSchema } from "json-schema-to-typescript";
import type { ts } from "ts-morph";

/** TypeScript's own parser, and the types that json-schema-to-typescript made, parsed. */
export interface LibraryTypes {
  readonly compiler: typeof ts;
  /** In the order of the schemas. */
  readonly types: readonly ts.TypeNode[];
}

/** Has json-schema-to-typescript make types: no formatter, no references, no files, no network. */
export async function compileTypes(schemas: readonly JSONSchema[]): Promise<LibraryTypes> {
  const [{ compile }, { ts: compiler }] = await Promise.all([
    import("json-schema-to-typescript"),
    import("ts-morph"),
  ]);
  const properties = Object.fromEntries(schemas.map((schema, index) => [`t${index}`, schema]));
  const root: JSONSchema = {
    type: "object",
    properties,
    required: Object.keys(properties),
    additionalProperties: false,
  };
  const text = await quietly(() =>
    compile(root, "Types", {
      $refOptions: { resolve: { external: false, file: false, http: false } },
      bannerComment: "",
      format: false,
      unreachableDefinitions: false,
    }),
  );
  const source = compiler.createSourceFile("types.ts", text, compiler.ScriptTarget.ES2022);
  const types = source.statements
    .filter(compiler.isInterfaceDeclaration)
    .flatMap(({ members }) => members.filter(compiler.isPropertySignature))
    .flatMap(({ type }) => type ?? []);
  if (types.length !== schemas.length) {
    throw new Error(`internal error: expected ${schemas.length} types of the library, got ${types.length}`);
  }
  return { compiler, types };
}

/** The library logs every step when `VERBOSE` is set, and standard output belongs to the command. */
async function quietly<Result>(run: () => Promise<Result>): Promise<Result> {
  const { VERBOSE: verbose } = process.env;
  delete process.env.VERBOSE;
  try {
    return await run();
  } finally {
    if (verbose !== undefined) process.env.VERBOSE = verbose;
  }
}
