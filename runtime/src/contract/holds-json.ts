/** How deep a payload may be when it is written; deeper ones, and so cycles, are refused. */
export const maxLevels = 512;

/**
 * Whether JSON can hold a value as it is, on at most so many levels of objects and arrays; with `checksText`, also
 * whether no text and no name has half a surrogate pair.
 */
export function holdsJson(value: unknown, levels: number, checksText: boolean): boolean {
  switch (typeof value) {
    case "string":
      return !checksText || isWellFormed(value);
    case "boolean":
      return true;
    case "number":
      return Number.isFinite(value);
    case "object":
      return value === null || (levels > 0 && holdsJsonInside(value, levels - 1, checksText));
    default:
      return false;
  }
}

function holdsJsonInside(value: object, levels: number, checksText: boolean): boolean {
  if (Array.isArray(value)) {
    // By index: a hole is `undefined`, which JSON would turn into null.
    for (let index = 0; index < value.length; index++) {
      if (!holdsJson(value[index], levels, checksText)) return false;
    }
    return true;
  }
  if (!isPlainObject(value)) return false;
  for (const name in value) {
    const member = value[name];
    if (member === undefined) continue;
    if (!holdsJson(member, levels, checksText) || (checksText && !isWellFormed(name))) return false;
  }
  return true;
}

export function isPlainObject(value: object): value is { readonly [name: string]: unknown } {
  const prototype: unknown = Object.getPrototypeOf(value);
  const isPlain = prototype === Object.prototype || prototype === null || isForeign(prototype);
  return isPlain && !("toJSON" in value && typeof value.toJSON === "function");
}

/** Whether this is what all plain objects of another realm inherit from. */
function isForeign(prototype: unknown): boolean {
  return Object.getPrototypeOf(prototype) === null;
}

/** The engine's own test where there is one: it is many times faster. */
const nativeTest: unknown = Reflect.get(String.prototype, "isWellFormed");

/** Whether no surrogate stands alone. */
export const isWellFormed: (text: string) => boolean =
  typeof nativeTest === "function"
    ? (text) => nativeTest.call(text) === true
    : (text) => !/\p{Surrogate}/u.test(text);
