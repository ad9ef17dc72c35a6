/** Whether two JSON values are equal as JSON Schema says: by kind and content, whatever the order of members. */
export function isEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (Array.isArray(left) || Array.isArray(right)) {
    return Array.isArray(left) && Array.isArray(right) && isEqualArray(left, right);
  }
  const names = definedNames(left);
  if (names.length !== definedNames(right).length) return false;
  return names.every((name) => Object.hasOwn(right, name) && isEqual(read(left, name), read(right, name)));
}

function isEqualArray(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.length === right.length && left.every((item, index) => isEqual(item, right[index]));
}

function definedNames(object: object): readonly string[] {
  return Object.keys(object).filter((name) => read(object, name) !== undefined);
}

function read(object: object, name: string): unknown {
  return Reflect.get(object, name);
}

/** Most objects and arrays that are compared pair by pair; beyond, equal texts with sorted names decide. */
const mostPairs = 16;

/** Whether no two items are equal. Takes time in proportion to the size of the items, however many there are. */
export function isUnique(items: readonly unknown[]): boolean {
  const scalars = new Set<unknown>();
  const structures: unknown[] = [];
  for (const item of items) {
    if (typeof item === "object" && item !== null) structures.push(item);
    else if (scalars.has(item)) return false;
    else scalars.add(item);
  }
  if (structures.length <= mostPairs) {
    return !structures.some((item, index) =>
      structures.slice(0, index).some((other) => isEqual(item, other)),
    );
  }
  return new Set(structures.map(canonicalText)).size === structures.length;
}

/** One text for all values that are equal. */
function canonicalText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join()}]`;
  if (typeof value !== "object" || value === null)
    return value === undefined ? "null" : JSON.stringify(value);
  const names = definedNames(value).toSorted();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonicalText(read(value, name))}`).join()}}`;
}
