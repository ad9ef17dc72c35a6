/**
 * The flags that a pattern compiles with: `u`, as JSON Schema recommends, or none for the patterns of old that are
 * regular expressions only without it. `undefined`: it is none.
 */
export function patternFlags(pattern: string): "" | "u" | undefined {
  for (const flags of ["u", ""] as const) {
    try {
      new RegExp(pattern, flags);
      return flags;
    } catch {
      // Tried with the next flags.
    }
  }
  return undefined;
}
