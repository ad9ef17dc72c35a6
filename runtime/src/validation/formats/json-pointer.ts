/** Longest pointer that is looked at. */
const longest = 65_536;

/** RFC 6901, as a plain string and not as a URI fragment. */
export function isJsonPointer(text: string): boolean {
  return text.length <= longest && (text === "" || text.startsWith("/")) && isEscaped(text);
}

const start = /^(?:0|[1-9]\d*)(?=$|[/#])/;

/** A relative JSON Pointer: so many levels up, then a pointer or `#`. */
export function isRelativeJsonPointer(text: string): boolean {
  if (text.length > longest) return false;
  const levels = start.exec(text)?.[0];
  if (levels === undefined) return false;
  const rest = text.slice(levels.length);
  return rest === "#" || (!rest.startsWith("#") && isEscaped(rest));
}

/** Whether every `~` starts `~0` or `~1`. */
function isEscaped(text: string): boolean {
  for (let index = text.indexOf("~"); index >= 0; index = text.indexOf("~", index + 1)) {
    const next = text.charCodeAt(index + 1);
    if (next !== 0x30 && next !== 0x31) return false;
  }
  return true;
}
