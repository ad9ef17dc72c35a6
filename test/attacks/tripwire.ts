/** Texts that would become code, end a comment or a literal, or give an order to a tool, if they could. */
export const hostileTexts: readonly string[] = [
  "*/ globalThis.pwned = 1; /*",
  "a */\nexport const pwned = (globalThis.pwned = 1);\n/**",
  '"; globalThis.pwned = 1; "',
  "'); globalThis.pwned = 1; ('",
  "`$" + "{globalThis.pwned = 1}`",
  '"}; globalThis.pwned = 1; const x = { "a',
  '\\"; globalThis.pwned = 1; //',
  "a\u2028globalThis.pwned = 1",
  "a\u2029globalThis.pwned = 1\r*/ globalThis.pwned = 1",
  "a\u0000b\u0007\u001b[31m",
  "a\ud800b\udfff",
  "</script><script>globalThis.pwned = 1</script>",
];

/** What code that was not meant to run would change: globals, and the prototypes that everything has. */
export function traces(): readonly unknown[] {
  const prototypes = [Object.prototype, Array.prototype, Function.prototype, String.prototype];
  return [
    Reflect.get(globalThis, "pwned"),
    Object.getOwnPropertyNames(globalThis).length,
    ...prototypes.map((prototype) => Reflect.ownKeys(prototype).length),
  ];
}
