/** Longest template that is looked at. */
const longest = 65_536;

/** Literals, which may hold percent-encoded octets (RFC 6570, section 2.1, with its erratum on the apostrophe). */
const literals = /(?:[^\s\p{Cc}\p{Cs}"<>\\^`{|}%]|%[\dA-Fa-f]{2})+/uy;

/** One expression: an operator, then variables with their modifiers (RFC 6570, sections 2.2 to 2.4). */
const variable = "(?:\\w|%[\\dA-Fa-f]{2})(?:\\.?(?:\\w|%[\\dA-Fa-f]{2}))*(?::[1-9]\\d{0,3}|\\*)?";
const expression = new RegExp(`\\{[+#./;?&=,!@|]?${variable}(?:,${variable})*\\}`, "y");

/**
 * All but most templates in payloads: ASCII without escapes, and expressions without modifiers. Turned around, as a
 * match costs more than none.
 */
const uncommon = /^(?![!#$&-;=?-[\]_a-z~]*(?:\{[/?&]?\w+(?:,\w+)*\}[!#$&-;=?-[\]_a-z~]*)*$)/;

/** RFC 6570, of any level. */
export function isUriTemplate(text: string): boolean {
  return text.length <= longest && (!uncommon.test(text) || isAnyTemplate(text));
}

function isAnyTemplate(text: string): boolean {
  let index = 0;
  while (index < text.length) {
    const part = text.charCodeAt(index) === 0x7b ? expression : literals;
    part.lastIndex = index;
    if (!part.test(text)) return false;
    index = part.lastIndex;
  }
  return true;
}
