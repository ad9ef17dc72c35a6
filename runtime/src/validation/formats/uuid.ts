import { charTable, digits } from "./ascii.js";

/** What may stand where: one kind of characters, or the other. */
const kinds = charTable(`${digits}abcdefABCDEF`, "-");
const pattern = Uint8Array.from("xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", (place) => (place === "-" ? 2 : 1));

/** RFC 4122, of any version and variant; not as a URN. */
export function isUuid(text: string): boolean {
  if (text.length !== pattern.length) return false;
  for (let index = 0; index < pattern.length; index += 1) {
    if (kinds[text.charCodeAt(index)] !== pattern[index]) return false;
  }
  return true;
}
