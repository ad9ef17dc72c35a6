import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const repository = fileURLToPath(new URL("../../../", import.meta.url));

/** The compilers that generated code must please. */
export const compilers = ["typescript-5.9", "typescript-6", "typescript"] as const;
export type CompilerPackage = (typeof compilers)[number];

/** The strictest flags there are. A user's project may have any subset. */
const strictest = {
  target: "es2022",
  module: "nodenext",
  types: [],
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
  rootDir: ".",
  outDir: "dist",
};

export interface Outcome {
  readonly code: number;
  readonly output: string;
}

/**
 * A project of its own in a temporary folder, as a user would have it: with the built runtime in `node_modules`
 * and nothing of the repository around it.
 */
export class GeneratedProject {
  readonly folder: string = realpathSync(mkdtempSync(join(tmpdir(), "eventwright-project-")));

  constructor(files: Iterable<readonly [path: string, text: string]>) {
    const modules = join(this.folder, "node_modules/@eventwright");
    mkdirSync(modules, { recursive: true });
    symlinkSync(join(repository, "runtime"), join(modules, "runtime"), "dir");
    this.write([
      ["package.json", JSON.stringify({ name: "project", private: true, type: "module" })],
      ["tsconfig.json", JSON.stringify({ compilerOptions: strictest, exclude: ["dist"] })],
      ...files,
    ]);
  }

  write(files: Iterable<readonly [path: string, text: string]>): void {
    for (const [path, text] of files) {
      const file = join(this.folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  }

  /** Compiles the whole project into `dist`. */
  compile(compiler: CompilerPackage): Promise<Outcome> {
    return this.#node([join(repository, "node_modules", compiler, "bin/tsc"), "-p", "."]);
  }

  /** Runs a module of the project with plain Node. */
  run(path: string): Promise<Outcome> {
    return this.#node([path]);
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #node(args: readonly string[]): Promise<Outcome> {
    try {
      const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: this.folder });
      return { code: 0, output: stdout + stderr };
    } catch (error) {
      if (!(error instanceof Error && "stdout" in error && "code" in error)) throw error;
      return { code: Number(error.code), output: `${error.stdout}${"stderr" in error ? error.stderr : ""}` };
    }
  }
}
