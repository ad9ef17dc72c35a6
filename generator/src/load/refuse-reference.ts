const controlCharacter = /\p{Cc}/u;

/** What no reference may be, whatever it would lead to; the first that fits says why. */
const refusals: readonly { readonly when: RegExp; readonly why: string }[] = [
  { when: controlCharacter, why: "a reference holds no control characters" },
  { when: /\\/, why: "expected forward slashes, got a backslash" },
  { when: /^[a-z]:/i, why: "expected a relative path, got a drive letter" },
  { when: /^file:/i, why: 'expected a relative path, got a "file:" address' },
  { when: /^\/\//, why: "expected a relative path, got an address on another host" },
  { when: /^~/, why: "expected a relative path, got one that begins with a home folder" },
  { when: /%(?:00|2f|5c)/i, why: "expected a plain path, got percent-encoded separators" },
  { when: /^[^:#]*\?/, why: "expected a relative path, got one with a query" },
  {
    when: /(?:^|\/)(?:con|prn|aux|nul|com\d|lpt\d)(?:\.[^/]*)?(?:$|\/)/i,
    why: "expected the name of a file, got that of a device",
  },
];

/** Why the address part of a reference (all before `#`) is refused as it is written; undefined when it is not. */
export function refuseReference(address: string): string | undefined {
  return refusals.find(({ when }) => when.test(address))?.why;
}
