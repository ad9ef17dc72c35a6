/** Longest pattern that is looked at. */
const longest = 4_096;

/** A regular expression of ECMA-262, in its Unicode form. It is only parsed, never run. */
export function isRegex(text: string): boolean {
  if (text.length > longest) return false;
  try {
    new RegExp(text, "u");
    return true;
  } catch {
    return false;
  }
}
