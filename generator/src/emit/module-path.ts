/**
 * How one module names another, as ECMAScript modules do: `./money.js` or `../shared/money.js`. Both are module paths:
 * without extension, relative to the output folder, with forward slashes.
 */
export function relativeSpecifier(from: string, to: string): string {
  const fromFolders = from.split("/").slice(0, -1);
  const toSegments = to.split("/");
  let shared = 0;
  while (shared < fromFolders.length && fromFolders[shared] === toSegments[shared]) shared += 1;
  const up = "../".repeat(fromFolders.length - shared);
  return `${up === "" ? "./" : up}${toSegments.slice(shared).join("/")}.js`;
}

/** The module of the validators of a module's types. */
export function validatorModule(module: string): string {
  return `${module}.validator`;
}
