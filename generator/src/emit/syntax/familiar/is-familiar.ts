import type { OutputFile } from "../../output-file.js";
import { type SyntaxRules, validatorRules } from "../syntax-rules.js";
import { TokenReader, UnfamiliarSyntax } from "../token-reader.js";
import { NameLedger } from "./name-ledger.js";
import { readModule } from "./read-module.js";

/** Orders to the compiler, which a comment can hold. */
const orders = /@ts-/;

/**
 * Whether a file consists wholly of the forms that generated code has, and keeps the rules. False says nothing: the
 * compiler decides then. True for nothing that `check-tree.ts` and `check-links.ts` refuse.
 */
export function isFamiliar(
  { path, text }: OutputFile,
  rules: SyntaxRules,
  isOutput: (specifier: string) => boolean,
): boolean {
  if (orders.test(text)) return false;
  const names = new NameLedger();
  try {
    const tokens = new TokenReader(text);
    const computes = rules === validatorRules;
    readModule({ tokens, names, rules, computes, typed: !path.endsWith(".js"), isOutput });
    return names.isSound(rules);
  } catch (error) {
    if (error instanceof UnfamiliarSyntax) return false;
    throw error;
  }
}
