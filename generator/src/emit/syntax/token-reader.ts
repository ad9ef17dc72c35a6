/** What a token is, told by its first character. */
export type TokenKind = "end" | "mark" | "name" | "number" | "private" | "string";

/** A text holds something that its reader does not know. It need not be wrong. */
export class UnfamiliarSyntax extends Error {
  override readonly name = "UnfamiliarSyntax";

  constructor() {
    super("internal error: generated code has an unexpected form");
  }
}

/** Comments begin with `/*` or with `// ` and end as they do everywhere; `///` may order the compiler. */
const TRIVIA = /(?:[ \t\n]+|\/\/ [^\n\r\u2028\u2029]*|\/\*[\s\S]*?\*\/)*/y;

/**
 * Strings are those of JSON. There are no templates, regular expressions and divisions, which would make a slash
 * mean several things. Compound marks that are not listed fall apart into marks that nothing accepts in a row.
 */
const TOKEN =
  /[\p{ID_Start}$_][\p{ID_Continue}$]*|"(?:[^"\\\p{Cc}]|[\x7f-\x9f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w$.])|#[a-z]+|\.\.\.|[!=]==|[<>]=|&&|\|\||\?\?|\+\+|--|[{}()[\];,:.?!<>=+\-*|&]/uy;

/**
 * Reads the tokens of generated code one by one, without loading a compiler. Never takes anything for a token, or for
 * a comment, that is something else to JavaScript; what it does not know is refused.
 */
export class TokenReader {
  readonly #text: string;
  #position = 0;
  /** Where the token before ends, and where this one starts. */
  #before = 0;
  #start = 0;
  #kind: TokenKind = "end";
  #token = "";

  /** @throws UnfamiliarSyntax as {@link advance} */
  constructor(text: string) {
    this.#text = text;
    this.advance();
  }

  get kind(): TokenKind {
    return this.#kind;
  }

  /** The token as it stands in the text; strings with their quotes. */
  get token(): string {
    return this.#token;
  }

  /** Whether the token stands on the line on which the one before it ends. */
  get sameLine(): boolean {
    return !this.#text.slice(this.#before, this.#start).includes("\n");
  }

  /** Whether nothing stands between the token and the one before it. */
  get isAdjacent(): boolean {
    return this.#before === this.#start;
  }

  /** Goes on to the next token. @throws UnfamiliarSyntax when what comes next is none */
  advance(): void {
    const text = this.#text;
    TRIVIA.lastIndex = this.#position;
    TRIVIA.test(text);
    const start = TRIVIA.lastIndex;
    this.#before = this.#position;
    this.#start = start;
    if (start === text.length) {
      this.#position = start;
      this.#kind = "end";
      this.#token = "";
      return;
    }
    TOKEN.lastIndex = start;
    if (!TOKEN.test(text)) throw new UnfamiliarSyntax();
    this.#position = TOKEN.lastIndex;
    this.#token = text.slice(start, this.#position);
    this.#kind = kindOf(this.#token);
  }

  /** Whether the token is this mark or word. */
  at(token: string): boolean {
    return this.#token === token;
  }

  /** Goes on when the token is this mark or word, and says whether it was. */
  take(token: string): boolean {
    if (this.#token !== token) return false;
    this.advance();
    return true;
  }

  /** @throws UnfamiliarSyntax when the token is not this mark or word */
  expect(token: string): void {
    if (!this.take(token)) throw new UnfamiliarSyntax();
  }

  /** Goes on behind a token of this kind, and gives it. @throws UnfamiliarSyntax for one of another kind */
  read(kind: TokenKind): string {
    if (this.#kind !== kind) throw new UnfamiliarSyntax();
    const token = this.#token;
    this.advance();
    return token;
  }

  /** Goes on behind a string, and gives the text that it stands for. @throws UnfamiliarSyntax for anything else */
  readText(): string {
    return JSON.parse(this.read("string"));
  }

  /** Reads items with commas between them, and perhaps one behind the last, up to a mark that ends the list. */
  readList(end: string, readItem: () => void): void {
    while (!this.take(end)) {
      readItem();
      if (!this.at(end)) this.expect(",");
    }
  }
}

function kindOf(token: string): TokenKind {
  const first = token.charAt(0);
  if (first === '"') return "string";
  if (first === "#") return "private";
  if (first >= "0" && first <= "9") return "number";
  const isLetter = (first >= "a" && first <= "z") || (first >= "A" && first <= "Z") || first > "\x7f";
  return isLetter || first === "_" || first === "$" ? "name" : "mark";
}
