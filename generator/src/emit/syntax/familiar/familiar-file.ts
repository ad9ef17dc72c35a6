import type { SyntaxRules } from "../syntax-rules.js";
import type { TokenReader } from "../token-reader.js";
import type { NameLedger } from "./name-ledger.js";

/** A file that is being read, and what it is held against. */
export interface FamiliarFile {
  readonly tokens: TokenReader;
  readonly names: NameLedger;
  readonly rules: SyntaxRules;
  /** True for validators, which compute; other modules only say what there is. */
  readonly computes: boolean;
  /** False for JavaScript, which has no types. */
  readonly typed: boolean;
  /** Whether a module specifier leads to another file of the output. */
  readonly isOutput: (specifier: string) => boolean;
}
