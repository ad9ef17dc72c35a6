import { isIpv4, isIpv6 } from "./ip.js";

/** A local part of 64 octets, an at-sign and a domain of 255 (RFC 5321, section 4.5.3.1). */
const longest = 320;
const longestLocalPart = 64;

const asciiLocalPart =
  /^(?:[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*|"(?:[ !#-[\]-~]|\\[ -~])*")$/;
const asciiDomain = /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?)*$/i;

/** RFC 5321, rule `Mailbox`: no display name, no comments. */
export function isEmail(text: string): boolean {
  return isMailbox(text, asciiLocalPart, asciiDomain);
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
