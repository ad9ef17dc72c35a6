import { decodePunycode, encodePunycode } from "./punycode.js";
import { isBidiName, isULabel } from "./u-label.js";

/** Longest name, without a final dot, in its ASCII form (RFC 1035, section 2.3.4). */
const longest = 253;
const longestLabel = 63;

const plainLabel = /^[a-z\d](?:[a-z\d-]*[a-z\d])?$/i;
const plainName = /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?)*$/i;

/** RFC 1123, section 2.1; labels in Punycode must be what RFC 5891 makes of a label that it allows. */
export function isHostname(text: string): boolean {
  if (text.length > longest || !plainName.test(text)) return false;
  return !hasALabel.test(text) || isName(text.split("."));
}

const hasALabel = /(?:^|\.)xn--/i;
const separators = /[.\u3002\uff0e\uff61]/;

/** As a host name, with labels beyond ASCII (RFC 5890 to 5893). */
export function isIdnHostname(text: string): boolean {
  if (text.length > longest) return false;
  return isHostname(text) || isName(text.split(separators));
}

function isName(labels: readonly string[]): boolean {
  const unicode: string[] = [];
  let length = labels.length - 1;
  for (const label of labels) {
    const decoded = decodeLabel(label);
    if (decoded === undefined || decoded.ascii.length > longestLabel) return false;
    length += decoded.ascii.length;
    unicode.push(decoded.unicode);
  }
  return length <= longest && isBidiName(unicode);
}

/** Both forms of a label; `undefined` when it is none. */
function decodeLabel(label: string): { readonly ascii: string; readonly unicode: string } | undefined {
  if (/^xn--/i.test(label)) {
    const unicode = decodePunycode(label.slice(4).toLowerCase());
    if (unicode === undefined || !isULabel(unicode)) return undefined;
    // Only the one spelling that encoding gives is a label.
    return encodePunycode(unicode) === label.slice(4).toLowerCase() ? { ascii: label, unicode } : undefined;
  }
  if (plainLabel.test(label)) return { ascii: label, unicode: label.toLowerCase() };
  return isULabel(label) ? { ascii: `xn--${encodePunycode(label)}`, unicode: label } : undefined;
}
