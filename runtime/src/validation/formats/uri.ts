import { isIpv6 } from "./ip.js";

/** Longest address that is looked at. */
const longest = 65_536;

/** What may stand where in an address: one bit for each kind of place (RFC 3986, section 2 and appendix A). */
const inScheme = 1;
const inUserInfo = 2;
const inHost = 4;
const inPath = 8;
const inQuery = 16;
const inDigits = 32;

const allowed = buildTable();

/**
 * All but most addresses in payloads: web addresses without user, port, fragment or escapes. One run over the text, and
 * turned around because a match costs more than none: the engine keeps the text of the last one.
 */
const uncommonUri = /^(?!https?:\/\/[\w.-]+(?:[/?][!$&-;=?-Z_a-z~]*)?$)/;

/** An absolute URI with an optional fragment (RFC 3986, rule `URI`). */
export function isUri(text: string): boolean {
  return text.length <= longest && (!uncommonUri.test(text) || isAddress(text, false, false));
}

/** A URI or a relative reference (RFC 3986, rule `URI-reference`). */
export function isUriReference(text: string): boolean {
  return text.length <= longest && (!uncommonUri.test(text) || isAddress(text, true, false));
}

/** As a URI, with characters beyond ASCII (RFC 3987, rule `IRI`). */
export function isIri(text: string): boolean {
  return isAddress(text, false, true);
}

/** As a URI reference, with characters beyond ASCII (RFC 3987, rule `IRI-reference`). */
export function isIriReference(text: string): boolean {
  return isAddress(text, true, true);
}

function isAddress(text: string, mayBeRelative: boolean, isInternational: boolean): boolean {
  if (text.length > longest) return false;
  const schemeEnd = skip(text, 0, inScheme, false);
  const hasScheme = schemeEnd > 0 && text.charCodeAt(schemeEnd) === 0x3a && isLetter(text.charCodeAt(0));
  if (!hasScheme && !mayBeRelative) return false;
  let index = hasScheme ? schemeEnd + 1 : 0;
  if (text.startsWith("//", index)) {
    index = skipAuthority(text, index + 2, isInternational);
    const next = text.charCodeAt(index);
    // A path after an authority starts with a slash.
    if (index < 0 || (index < text.length && next !== 0x2f && next !== 0x3f && next !== 0x23)) return false;
  } else if (!hasScheme && hasColonInFirstSegment(text)) return false;
  index = skip(text, index, inPath, isInternational);
  if (text.charCodeAt(index) === 0x3f) index = skip(text, index + 1, inQuery, isInternational, true);
  if (text.charCodeAt(index) === 0x23) index = skip(text, index + 1, inQuery, isInternational);
  return index === text.length;
}

/** Where the authority ends; -1 when it is none. */
function skipAuthority(text: string, start: number, isInternational: boolean): number {
  const userEnd = skip(text, start, inUserInfo, isInternational);
  const hostStart = text.charCodeAt(userEnd) === 0x40 ? userEnd + 1 : start;
  let index: number;
  if (text.charCodeAt(hostStart) === 0x5b) {
    index = text.indexOf("]", hostStart) + 1;
    if (index === 0 || !isIpLiteral(text.slice(hostStart + 1, index - 1))) return -1;
  } else index = skip(text, hostStart, inHost, isInternational);
  return text.charCodeAt(index) === 0x3a ? skip(text, index + 1, inDigits, false) : index;
}

const ipFuture = /^v[\da-f]+\.[\w.~!$&'()*+,;=:-]+$/i;

function isIpLiteral(text: string): boolean {
  return isIpv6(text) || ipFuture.test(text);
}

/** The first segment of a relative path must not look like a scheme. */
function hasColonInFirstSegment(text: string): boolean {
  const colon = text.indexOf(":");
  if (colon < 0) return false;
  const end = text.search(/[/?#]/);
  return end < 0 || colon < end;
}

/** Where the characters that may stand in one part of an address end; -1 for a `%` without two digits. */
function skip(text: string, start: number, part: number, isInternational: boolean, isQuery = false): number {
  let index = start;
  for (; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 128) {
      if (((allowed[code] ?? 0) & part) === 0) return index;
      if (code !== 0x25) continue;
      if (!isHex(text.charCodeAt(index + 1)) || !isHex(text.charCodeAt(index + 2))) return -1;
      index += 2;
    } else {
      if (!isInternational) return index;
      const point = text.codePointAt(index) ?? 0;
      if (!isInternationalCharacter(point, isQuery)) return index;
      if (point > 0xffff) index += 1;
    }
  }
  return index;
}

/** RFC 3987, rules `ucschar` and, in queries only, `iprivate`. */
function isInternationalCharacter(point: number, isQuery: boolean): boolean {
  if (point < 0x10000) {
    if (point >= 0xe000 && point <= 0xf8ff) return isQuery;
    return (
      point >= 0xa0 &&
      point <= 0xffef &&
      !(point >= 0xd800 && point <= 0xdfff) &&
      !(point >= 0xfdd0 && point <= 0xfdef)
    );
  }
  if ((point & 0xffff) > 0xfffd) return false;
  return point < 0xe0000 || (point >= 0xe1000 && point < 0xf0000) || (isQuery && point >= 0xf0000);
}

function isLetter(code: number): boolean {
  return (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
}

function isHex(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x46) || (code >= 0x61 && code <= 0x66);
}

function buildTable(): Uint8Array {
  const table = new Uint8Array(128);
  const add = (characters: string, parts: number): void => {
    for (const character of characters) {
      const code = character.charCodeAt(0);
      table[code] = (table[code] ?? 0) | parts;
    }
  };
  const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const inText = inUserInfo | inHost | inPath | inQuery;
  add(letters, inScheme | inText);
  add("0123456789", inScheme | inText | inDigits);
  add("+-.", inScheme | inText);
  add("_~!$&'()*,;=%", inText);
  add(":", inUserInfo | inPath | inQuery);
  add("@/", inPath | inQuery);
  add("?", inQuery);
  return table;
}
