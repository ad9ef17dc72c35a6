/** What was thrown, in words. */
export interface Thrown {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
}

/** Anything can be thrown: also what is no error, and what throws again when it is asked for its text. Never throws. */
export function describeThrown(thrown: unknown): Thrown {
  try {
    if (!(thrown instanceof Error)) return { name: "unknown", message: String(thrown) };
    const { name, message, stack } = thrown;
    const code: unknown = "code" in thrown ? thrown.code : undefined;
    return {
      name: String(name),
      message: String(message),
      ...(typeof code === "string" ? { code } : {}),
      ...(typeof stack === "string" ? { stack } : {}),
    };
  } catch {
    return { name: "unknown", message: "something without a text was thrown" };
  }
}
