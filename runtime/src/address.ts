/**
 * Addresses are segments divided by dots. In a pattern `*` stands for one whole segment and `#`, at the end, for any
 * number of further ones, none included. All brokers share this grammar.
 */
export function matchesPattern(pattern: string, address: string): boolean {
  const wanted = pattern.split(".");
  const segments = address.split(".");
  if (wanted.at(-1) === "#") {
    wanted.pop();
    if (segments.length < wanted.length) return false;
  } else if (segments.length !== wanted.length) return false;
  return wanted.every((segment, index) => segment === "*" || segment === segments[index]);
}

export function isPattern(address: string): boolean {
  return /(?:^|\.)(?:\*|#)(?:\.|$)/.test(address);
}
