/** What is wrong with an option's value, in words; nothing when it fits. */
export type Rule = (value: unknown) => string | undefined;

/** A rule for every option of an interface, so that the compiler finds one that is forgotten. */
export type Rules<Options> = { readonly [Name in keyof Options]-?: Rule };

export interface GivenOptions<Options> {
  readonly given: Options;
  /** What is wrong, one text a problem. */
  readonly problems: readonly string[];
}

/**
 * The options without those that are `undefined`, in whose place defaults go; of these the `required` are missed. A name
 * that stands for nothing is a problem: it is misspelled, and a default would take its place unseen.
 */
export function readOptions<Options extends object>(
  options: Options,
  rules: Rules<Options>,
  required?: readonly (keyof Options)[],
): GivenOptions<Options>;
export function readOptions(
  options: unknown,
  rules: object,
  required: readonly PropertyKey[] = [],
): GivenOptions<object> {
  const isObject = typeof options === "object" && options !== null;
  const given = new Map(Object.entries(isObject ? options : {}).filter(([, value]) => value !== undefined));
  const known = new Map<string, Rule>(Object.entries(rules));
  const misspelled = [...given.keys()].filter((name) => !known.has(name));
  const broken = Array.from(known).flatMap(([name, check]) => {
    const problem = given.has(name) || required.includes(name) ? check(given.get(name)) : undefined;
    return problem === undefined ? [] : `${name}: ${problem}`;
  });
  const names = [...known.keys()].join(", ");
  return {
    given: Object.fromEntries(given),
    problems: [
      ...(isObject ? [] : ["expected an object with options"]),
      ...misspelled.map((name) => `${name}: no such option, expected one of ${names}`),
      ...broken,
    ],
  };
}

export const anything: Rule = () => undefined;

/** As times, bytes and counts of events are. */
export const aboveZero: Rule = numberRule("a number above 0", (value) => value > 0);

export const zeroOrMore: Rule = numberRule("a number of 0 or more", (value) => value >= 0);

export function numberRule(expected: string, fits: (value: number) => boolean): Rule {
  return (value) =>
    typeof value === "number" && fits(value) ? undefined : `expected ${expected}, got ${value}`;
}

export function oneOf(...words: readonly string[]): Rule {
  return (value) =>
    words.some((word) => word === value) ? undefined : `expected ${words.join(" or ")}, got ${value}`;
}

/** For what is not told in a message, as it may be long or a secret. */
export function rule(expected: string, fits: (value: unknown) => boolean): Rule {
  return (value) => (fits(value) ? undefined : `expected ${expected}`);
}
