import { appendPointer } from "../json-pointer.js";
import { isObject } from "../json-value.js";
import type { JsonValue } from "../model/contract.js";
import type { SourceDocument } from "./source-document.js";

/** True for a file that declares a channel; every other file is a schema. */
export function isChannelFile(document: SourceDocument): boolean {
  return document.file.endsWith(".channel.json");
}

/** JSON Pointers of the outermost schemas of a file: the root of a schema file, the inline ones of a channel file. */
export function* schemaPointers(document: SourceDocument): Generator<string> {
  if (!isChannelFile(document)) {
    yield "";
    return;
  }
  for (const { name, pointer, value } of members(document.value, "")) {
    if (name === "headers") yield pointer;
    if (name === "parameters") for (const parameter of members(value, pointer)) yield parameter.pointer;
    if (name !== "events" && name !== "commands" && name !== "queries") continue;
    for (const contract of members(value, pointer)) {
      for (const member of members(contract.value, contract.pointer)) {
        if (member.name === "payload" || member.name === "reply") yield member.pointer;
      }
    }
  }
}

/** A member of an object, where it stands. */
export interface Member {
  readonly name: string;
  readonly pointer: string;
  readonly value: JsonValue;
}

/** The members of an object, in the order of the file; none when the value is no object. */
export function members(value: JsonValue | undefined, pointer: string): readonly Member[] {
  if (!isObject(value)) return [];
  return Object.entries(value).map(([name, held]) => ({
    name,
    pointer: appendPointer(pointer, name),
    value: held,
  }));
}
