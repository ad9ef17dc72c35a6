import type { JSONSchema } from "json-schema-to-typescript";
import { readTypeMembers, type TypeTree } from "../syntax/read-type.js";
import { TokenReader } from "../syntax/token-reader.js";

/** Has json-schema-to-typescript make types, in the order of the schemas: no formatter, no files, no network. */
export async function compileTypes(schemas: readonly JSONSchema[]): Promise<readonly TypeTree[]> {
  const { compile } = await import("json-schema-to-typescript");
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
  const types = readRoot(text);
  if (types.length !== schemas.length) {
    throw new Error(`internal error: expected ${schemas.length} types of the library, got ${types.length}`);
  }
  return types;
}

/** The types of the members of the one interface that the library was asked for. */
function readRoot(text: string): readonly TypeTree[] {
  const tokens = new TokenReader(text);
  for (const token of ["export", "interface", "Types"]) tokens.expect(token);
  const members = readTypeMembers(tokens);
  tokens.read("end");
  return members.map(({ type }) => type);
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
