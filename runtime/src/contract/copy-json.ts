/** What JSON makes of a value that it can hold, many times faster than by way of its text. */
export function copyJson(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value === 0 ? 0 : value; // JSON knows no -0
  if (Array.isArray(value)) return value.map(copyJson);
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    const member: unknown = Reflect.get(value, name);
    if (member === undefined) continue;
    if (name === "__proto__") Object.defineProperty(copy, name, ownMember(copyJson(member)));
    else copy[name] = copyJson(member);
  }
  return copy;
}

function ownMember(value: unknown): PropertyDescriptor {
  return { value, configurable: true, enumerable: true, writable: true };
}
