import { execFile } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { makeFolder } from "../../helpers/folders.js";

const repository = fileURLToPath(new URL("../../../", import.meta.url));

/** The compilers that generated code must please. */
export const compilers = ["typescript-5.9", "typescript-6", "typescript"] as const;

/** Every flag that asks for more. A user's project has some of them. */
const compilerOptions = {
  target: "es2022",
  types: ["node"],
  module: "nodenext",
  strict: true,
  allowUnreachableCode: false,
  allowUnusedLabels: false,
  erasableSyntaxOnly: true,
  exactOptionalPropertyTypes: true,
  isolatedDeclarations: true,
  isolatedModules: true,
  noFallthroughCasesInSwitch: true,
  noImplicitOverride: true,
  noImplicitReturns: true,
  noPropertyAccessFromIndexSignature: true,
  noUncheckedIndexedAccess: true,
  noUncheckedSideEffectImports: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  verbatimModuleSyntax: true,
  declaration: true,
  skipLibCheck: false,
};

/**
 * The folder of a project as a user would have it, with nothing of the repository around it but the built runtime and Node's types.
 * Gone when the test is finished.
 */
export function makeProject(files: Readonly<Record<string, string>>): string {
  const folder = makeFolder({
    "package.json": JSON.stringify({ name: "project", private: true, type: "module" }),
    "tsconfig.json": JSON.stringify({ compilerOptions }),
    ...files,
  });
  mkdirSync(join(folder, "node_modules/@eventwright"), { recursive: true });
  symlinkSync(join(repository, "runtime"), join(folder, "node_modules/@eventwright/runtime"), "dir");
  symlinkSync(join(repository, "node_modules/@types"), join(folder, "node_modules/@types"), "dir");
  return folder;
}

/** Compiles a project in place; resolves with what the compiler said, which is nothing when all is well. */
export function compile(folder: string, compiler: (typeof compilers)[number]): Promise<string> {
  return runNode(folder, join(repository, "node_modules", compiler, "bin/tsc"), "-p", ".");
}

/** Runs Node in a project and resolves with all that it printed, whatever its exit code. */
export async function runNode(folder: string, ...args: readonly string[]): Promise<string> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: folder });
    return stdout + stderr;
  } catch (error) {
    if (!(error instanceof Error && "stdout" in error && "stderr" in error)) throw error;
    return `${error.stdout}${error.stderr}`;
  }
}
