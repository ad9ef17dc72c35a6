const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/** Four decimal numbers up to 255, without leading zeros (RFC 2673, section 3.2). */
export function isIpv4(text: string): boolean {
  return text.length <= 15 && ipv4.test(text);
}

const group = /^[\da-f]{1,4}$/i;

/** RFC 4291, section 2.2: without zone, prefix length or brackets. */
export function isIpv6(text: string): boolean {
  if (text.length > 45 || text.length < 2) return false;
  const [head = "", tail, ...others] = text.split("::");
  if (others.length > 0) return false;
  if (tail === undefined) return countGroups(head, true) === 8;
  // The gap stands for at least one group of zeros.
  const before = head === "" ? 0 : countGroups(head, false);
  const after = tail === "" ? 0 : countGroups(tail, true);
  return before + after <= 7;
}

/** How many groups of 16 bits a text writes; not a number when some is none. An address of IPv4 may come last. */
function countGroups(text: string, mayEndInIpv4: boolean): number {
  const groups = text.split(":");
  const last = groups.at(-1) ?? "";
  const hasIpv4 = mayEndInIpv4 && last.includes(".");
  if (hasIpv4 && !isIpv4(last)) return Number.NaN;
  const plain = hasIpv4 ? groups.slice(0, -1) : groups;
  return plain.every((part) => group.test(part)) ? groups.length + (hasIpv4 ? 1 : 0) : Number.NaN;
}
