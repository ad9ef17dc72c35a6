import { contentKey } from "../../contract/content-key.js";

/** @throws Error when two values differ, as JSON sees them */
export function assertEqual(got: unknown, expected: unknown, what: string): void {
  const [left, right] = [contentKey(got), contentKey(expected)];
  if (left !== right) throw new Error(`${what}: expected ${shorten(right)}, got ${shorten(left)}`);
}

/** @throws Error */
export function assertThat(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

/** The error that a promise rejects with. @throws Error when it resolves, or when the error has another code */
export async function assertRejects(promise: Promise<unknown>, code: string, what: string): Promise<unknown> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    const got: unknown =
      typeof error === "object" && error !== null && "code" in error ? error.code : String(error);
    if (got !== code) throw new Error(`${what}: expected an error ${code}, got ${String(got)}`);
    return error;
  }
  throw new Error(`${what}: expected an error ${code}, got ${shorten(contentKey(value))}`);
}

function shorten(text: string): string {
  return text.length <= 300 ? text : `${text.slice(0, 300)}…`;
}
