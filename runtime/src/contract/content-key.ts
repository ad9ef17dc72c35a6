/**
 * The same text for equal content, whatever the order of members: JSON with members sorted by code unit. Members that
 * are `undefined` count as absent.
 */
export function contentKey(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(contentKey).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "";
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${contentKey(member)}`);
  return `{${members.join(",")}}`;
}
