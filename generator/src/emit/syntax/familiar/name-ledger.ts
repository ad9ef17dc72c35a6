import { partsOf, type TypeTree } from "../read-type.js";
import type { SyntaxRules } from "../syntax-rules.js";
import { UnfamiliarSyntax } from "../token-reader.js";

/** What a file calls a name for. */
type Declared = "function" | "type" | "variable";

/** Words that JavaScript does not take as the name of a variable, function or class, in modules. */
const reservedWords: ReadonlySet<string> = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends " +
    "false finally for function if implements import in instanceof interface let new null package private protected " +
    "public return static super switch this throw true try typeof var void while with yield"
  ).split(" "),
);

/** The names that a file declares, and what it does with names. Judged when the whole file has been read. */
export class NameLedger {
  readonly #declared: Readonly<Record<Declared, Set<string>>> = {
    function: new Set(),
    type: new Set(),
    variable: new Set(),
  };
  readonly #used = new Set<string>();
  readonly #called = new Set<string>();
  readonly #set = new Set<string>();

  /** Functions are all imported names, too. @throws UnfamiliarSyntax for a word that cannot be declared */
  declare(what: Declared, name: string): void {
    if (reservedWords.has(name)) throw new UnfamiliarSyntax();
    this.#declared[what].add(name);
  }

  use(name: string): void {
    this.#used.add(name);
  }

  call(name: string): void {
    this.#called.add(name);
  }

  set(name: string): void {
    this.#set.add(name);
  }

  /** Notes the names that a type refers to, and those of the parameters of index signatures. */
  useType(type: TypeTree): void {
    if (type.kind === "reference") this.use(type.name);
    for (const part of partsOf(type)) this.useType(part);
    for (const { kind, name } of type.kind === "object" ? type.members : []) {
      if (kind === "index") this.declare("variable", name);
    }
  }

  /** Whether every name is used as the rules allow; the same that `check-tree.ts` asks. */
  isSound({ globals }: SyntaxRules): boolean {
    const { function: functions, type: types, variable: variables } = this.#declared;
    const global = new Set(globals);
    const isKnown = (name: string): boolean =>
      functions.has(name) || variables.has(name) || types.has(name) || global.has(name);
    return (
      [...this.#used].every(isKnown) &&
      [...this.#called].every((name) => functions.has(name)) &&
      [...this.#set].every((name) => variables.has(name)) &&
      [...variables].every((name) => !functions.has(name) && !global.has(name))
    );
  }
}
