/** Every name of an interface of options, so that the compiler finds one that is forgotten. */
export type OptionNames<Options> = { readonly [Name in keyof Options]-?: true };

export interface GivenOptions<Options> {
  readonly given: Options;
  /** What is wrong, one text a problem. */
  readonly problems: readonly string[];
}

/**
 * The options without those that are `undefined`, in whose place defaults go. A name that stands for nothing is a
 * problem: it is misspelled, and a default would take its place unseen.
 */
export function readOptions<Options extends object>(
  options: Options,
  names: OptionNames<Options>,
): GivenOptions<Options>;
export function readOptions(options: unknown, names: object): GivenOptions<object> {
  if (typeof options !== "object" || options === null) {
    return { given: {}, problems: ["expected an object with options"] };
  }
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  const unknown = given.filter(([name]) => !Object.hasOwn(names, name));
  const known = Object.keys(names).join(", ");
  return {
    given: Object.fromEntries(given),
    problems: unknown.map(([name]) => `${name}: no such option, expected one of ${known}`),
  };
}

/** A problem for each of these that is given and no number above 0, as amounts of time, bytes and events are. */
export function amountProblems(given: object, amounts: readonly string[]): readonly string[] {
  return amounts.flatMap((name) => {
    const value: unknown = Reflect.get(given, name);
    const fits = value === undefined || (typeof value === "number" && value > 0);
    return fits ? [] : [`${name}: expected a number above 0, got ${value}`];
  });
}

/** A problem for each of these that is given and is none of its words. */
export function wordProblems(
  given: object,
  words: { readonly [name: string]: readonly string[] },
): readonly string[] {
  return Object.entries(words).flatMap(([name, allowed]) => {
    const value: unknown = Reflect.get(given, name);
    const fits = value === undefined || allowed.some((word) => word === value);
    return fits ? [] : [`${name}: expected ${allowed.join(" or ")}, got ${value}`];
  });
}
