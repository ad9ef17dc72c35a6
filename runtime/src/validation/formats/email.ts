import { type CharTable, charTable, digits, letters } from "./ascii.js";
import { isIpv4, isIpv6 } from "./ip.js";

/** A local part of 64 octets, an at-sign and a domain of 255 (RFC 5321, section 4.5.3.1). */
const longest = 320;
const longestLocalPart = 64;

const asciiLocalPart =
  /^(?:[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*|"(?:[ !#-[\]-~]|\\[ -~])*")$/;
const asciiDomain = /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?)*$/i;

/** RFC 5321, rule `Mailbox`: no display name, no comments. */
export function isEmail(text: string): boolean {
  return isCommon(text) || isMailbox(text, asciiLocalPart, asciiDomain);
}

const inAtom = charTable(`${letters}${digits}!#$%&'*+-/=?^_\`{|}~`);
const inLabel = charTable(`${letters}${digits}`);
const longestLabel = 63;
const dot = 0x2e;
const hyphen = 0x2d;

/** Most addresses in payloads: atoms, and a domain so short that none of its labels can be too long. */
function isCommon(text: string): boolean {
  const at = text.indexOf("@");
  if (at > longestLocalPart || text.length - at > longestLabel) return false;
  return isSeparated(text, 0, at, inAtom) && isSeparated(text, at + 1, text.length, inLabel);
}

/** Parts of the characters in a table, with a single dot or hyphen between two of them. */
function isSeparated(text: string, start: number, end: number, table: CharTable): boolean {
  let isInPart = false;
  for (let index = start; index < end; index += 1) {
    const code = text.charCodeAt(index);
    if (table[code] === 1) isInPart = true;
    else if (isInPart && (code === dot || code === hyphen)) isInPart = false;
    else return false;
  }
  return isInPart;
}

const anyLocalPart =
  /^(?:[\w!#$%&'*+/=?^`{|}~\u{80}-\u{10ffff}-]+(?:\.[\w!#$%&'*+/=?^`{|}~\u{80}-\u{10ffff}-]+)*|"(?:[ !#-[\]-~\u{80}-\u{10ffff}]|\\[ -~])*")$/u;
const anyDomain =
  /^[a-zA-Z\d\u{80}-\u{10ffff}](?:[a-zA-Z\d\u{80}-\u{10ffff}-]{0,61}[a-zA-Z\d\u{80}-\u{10ffff}])?(?:\.[a-zA-Z\d\u{80}-\u{10ffff}](?:[a-zA-Z\d\u{80}-\u{10ffff}-]{0,61}[a-zA-Z\d\u{80}-\u{10ffff}])?)*$/u;

/** As an e-mail address, with characters beyond ASCII (RFC 6531, section 3.3). */
export function isIdnEmail(text: string): boolean {
  return isMailbox(text, anyLocalPart, anyDomain);
}

function isMailbox(text: string, localPart: RegExp, domain: RegExp): boolean {
  if (text.length > longest) return false;
  const at = text.lastIndexOf("@");
  if (at < 1 || at > longestLocalPart || !localPart.test(text.slice(0, at))) return false;
  const host = text.slice(at + 1);
  return host.startsWith("[") ? isAddressLiteral(host) : host.length <= 255 && domain.test(host);
}

function isAddressLiteral(text: string): boolean {
  if (!text.endsWith("]")) return false;
  const address = text.slice(1, -1);
  return address.startsWith("IPv6:") ? isIpv6(address.slice(5)) : isIpv4(address);
}
