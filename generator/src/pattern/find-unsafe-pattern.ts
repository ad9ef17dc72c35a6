import { growthOf } from "./ambiguity.js";
import { type PatternNode, parsePattern } from "./parse-pattern.js";
import { buildAutomaton } from "./position-automaton.js";

/** Most steps that one match may take: some hundredths of a second. */
const mostSteps = 10_000_000;

/** Most places in a pattern that are looked at. */
const mostStates = 150;

/**
 * The least length that a pattern must be safe for. Of one that is, longer texts are refused untried; one that is not,
 * would refuse too much that way.
 */
const leastLongest = 1_000;

/**
 * The most characters that a text may have for a pattern to be tried on it: `Infinity` when the time grows with the
 * length only. The pattern must be one that `RegExp` takes.
 */
export function longestSafeText(pattern: string): number {
  return longestFor(growthOfPattern(parsePattern(pattern)) ?? Infinity);
}

/**
 * Why a pattern may take too long for some text, as the end of a sentence; `undefined` when it cannot, if nothing
 * longer than {@link longestSafeText} is tried. `maxLength` is the most characters that a text has when the pattern is
 * tried on it. The pattern must be one that `RegExp` takes.
 */
export function findUnsafePattern(pattern: string, maxLength: number | undefined): string | undefined {
  const growth = growthOfPattern(parsePattern(pattern));
  const longest = longestFor(growth ?? Infinity);
  if (longest >= leastLongest || (maxLength ?? Infinity) <= longest) return undefined;
  const allow = `allow at most ${longest} characters by maxLength`;
  if (growth === undefined)
    return `it is too intricate to prove that matching ends soon: simplify it, or ${allow}`;
  const time = growth === Infinity ? "exponentially" : `as power ${growth}`;
  return `the time to find no match grows ${time} with the length of the text: let no two repetitions take the same text, start it with ^, or ${allow}`;
}

/** The longest text for which the steps stay within bounds. */
function longestFor(growth: number): number {
  if (growth <= 1) return Infinity;
  return Math.floor(growth === Infinity ? Math.log2(mostSteps) : mostSteps ** (1 / growth));
}

/** The power of the length that bounds the time of one search. */
function growthOfPattern(pattern: PatternNode): number | undefined {
  if (has(pattern, ({ kind }) => kind === "backreference")) return undefined;
  const isAnchored = startsAtStart(pattern);
  const mayFailLate = has(pattern, ({ kind }) => kind === "boundary" || kind === "look");
  const automaton = buildAutomaton(pattern, { isAnchored, mostStates });
  if (automaton === undefined) return undefined;
  const own = growthOf(automaton, (state) => !mayFailLate && automaton.last.has(state));
  // What is looked at is matched anew wherever the look is tried.
  const looks = looksOf(pattern).map((look) => growthOfLook(look, isAnchored));
  return [own, ...looks].reduce((left, right) =>
    left === undefined || right === undefined ? undefined : Math.max(left, right),
  );
}

function growthOfLook(item: PatternNode, isAnchored: boolean): number | undefined {
  const growth = growthOfPattern({
    kind: "sequence",
    items: [{ kind: "start" }, item, { kind: "boundary" }],
  });
  const isShort = !has(item, (node) => node.kind === "repeat" && node.max === Infinity);
  return growth === undefined || isAnchored || isShort ? growth : growth + 1;
}

function startsAtStart(node: PatternNode): boolean {
  if (node.kind === "start") return true;
  if (node.kind === "choice") return node.items.every(startsAtStart);
  const [first] = node.kind === "sequence" ? node.items : [];
  return first !== undefined && startsAtStart(first);
}

function looksOf(node: PatternNode): readonly PatternNode[] {
  if (node.kind === "look") return [node.item];
  return childrenOf(node).flatMap(looksOf);
}

function has(node: PatternNode, test: (node: PatternNode) => boolean): boolean {
  return test(node) || childrenOf(node).some((child) => has(child, test));
}

function childrenOf(node: PatternNode): readonly PatternNode[] {
  if (node.kind === "sequence" || node.kind === "choice") return node.items;
  return node.kind === "repeat" || node.kind === "look" ? [node.item] : [];
}
