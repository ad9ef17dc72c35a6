import { parsePointer } from "../json-pointer.js";

/** How names become identifiers, module paths and file names. Nothing else in the generator makes any. */

/**
 * Any text as an ASCII type name in PascalCase, one that json-schema-to-typescript leaves as it is. Empty when the
 * text has nothing to make a name of.
 */
export function pascalCase(text: string): string {
  const ascii = text.normalize("NFKD").replace(/[^\x20-\x7e]/g, "");
  const words = ascii.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const joined = words.map((word) => capitalise(words.length > 1 ? calmed(word) : word)).join("");
  const name = joined.replace(/\d[a-z]/g, (pair) => pair.toUpperCase());
  return /^\d/.test(name) ? `Type${name}` : name;
}

/** True for a name that types may have as it is: json-schema-to-typescript leaves it alone. */
export function isTypeName(name: string): boolean {
  return /^[A-Z](?!.*[_0-9][a-z])[A-Za-z0-9_]*(?<!_)$/.test(name);
}

/** As {@link pascalCase}, of a text that may have nothing to make a name of. */
export function typeName(text: string): string {
  return pascalCase(text) || "Payload";
}

/**
 * Names for the type of a schema, the best first: its own, with the file's before it, with the folder's before that.
 */
export function ownNames(file: string, pointer: string): readonly string[] {
  const [fileName = "", folder = ""] = file.split("/").reverse();
  const names = [folder, fileName.replace(/(?:\.(?:schema|channel))?\.json$/, ""), ownPart(pointer)];
  const parts = names.map(pascalCase).filter((name) => name !== "");
  return parts.map((_, index) => typeName(parts.slice(parts.length - 1 - index).join(" ")));
}

/** The name of a schema within its file: of a definition or a property, with the keyword when it is a part of one. */
function ownPart(pointer: string): string {
  const names = parsePointer(pointer) ?? [];
  const start = names.findLastIndex((name) => /^(?:\$defs|definitions|properties|schemas)$/.test(name));
  return names.slice(start + 1).join(" ");
}

/** The name with which the identifiers of a channel begin; underscores are kept, so that `a_b` and `a.b` differ. */
export function channelBase(channel: string): string {
  return channel.split("_").map(pascalCase).join("_");
}

/** `OrderPlaced` as `orderPlaced`, `URLChanged` as `urlChanged`. */
export function camelCase(name: string): string {
  return name.replace(/^[A-Z]+(?![a-z])|^[A-Z]/, (capitals) => capitals.toLowerCase());
}

/**
 * `OrderPlaced` as `order-placed`. Names that differ by more than case stay different; `.` and `_` are kept.
 */
export function kebabCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1-$2")
    .toLowerCase();
}

/** Folder of the modules of types that several contracts use. */
export const sharedFolder = "shared";

/** The folder of a channel. */
export function channelFolder(channel: string): string {
  const folder = kebabCase(channel);
  // No channel begins like this, so nothing clashes with the way out.
  return isFreeFolder(folder) ? folder : `_${folder}`;
}

/** The module of a contract or a shared type in a folder; `taken` are modules there with another purpose. */
export function moduleIn(folder: string, name: string, taken: readonly string[] = []): string {
  const file = kebabCase(name);
  // No type begins like this, so nothing clashes with the way out.
  const free = file !== "index" && !isDeviceName(file) && !taken.includes(`${folder}/${file}`);
  return `${folder}/${free ? file : `_${file}`}`;
}

function isFreeFolder(folder: string): boolean {
  const rootNames = ["index", "contracts", sharedFolder, "node_modules", "package.json"];
  return !rootNames.includes(folder) && !isDeviceName(folder) && !/\.(?:[cm]?[jt]s|json|map)$/.test(folder);
}

/** Names that Windows keeps for devices, with whatever extension. */
function isDeviceName(file: string): boolean {
  return /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/.test(file);
}

function capitalise(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

/** `PLACED` as `placed`: a word of many shouts only as an abbreviation. */
function calmed(word: string): string {
  return word.length > 3 && word === word.toUpperCase() ? word.toLowerCase() : word;
}
