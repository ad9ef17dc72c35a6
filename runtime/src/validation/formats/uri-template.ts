/** Longest template that is looked at. */
const longest = 65_536;

/** A run of literals, or one expression in braces (RFC 6570, section 2). */
const literals = /[^\s\p{Cc}"<>\\^`{|}%]|%[\da-f]{2}/iuy;
const expression =
  /\{[+#./;?&=,!@|]?(?:[\w]|%[\da-f]{2})(?:\.?(?:[\w]|%[\da-f]{2}))*(?::[1-9]\d{0,3}|\*)?(?:,(?:[\w]|%[\da-f]{2})(?:\.?(?:[\w]|%[\da-f]{2}))*(?::[1-9]\d{0,3}|\*)?)*\}/iy;

export function isUriTemplate(text: string): boolean {
  return text.length <= longest && literals.test(text) && expression.test(text);
}
