import { has, type KeywordRule } from "./reader.js";

/** The rule of a keyword that means something beside `companion` only, for instance `then` beside `if`. */
export function beside(companion: string, rule: KeywordRule): KeywordRule {
  return (value, reader, raw) => (has(raw, companion) ? rule(value, reader, raw) : {});
}
