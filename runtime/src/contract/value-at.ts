/** The text, number or boolean at a JSON Pointer, as text; nothing when there is none. */
export function valueAt(payload: unknown, pointer: string): string | undefined {
  let value = payload;
  for (const step of pointer.split("/").slice(1)) {
    const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
    value = Reflect.get(value, name);
  }
  return typeof value === "object" || value === undefined ? undefined : String(value);
}
