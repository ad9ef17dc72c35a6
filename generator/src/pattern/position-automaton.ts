import { anyCharacter, type CharSet } from "./char-set.js";
import type { PatternNode } from "./parse-pattern.js";

/**
 * The position automaton of a pattern (Glushkov): one state for each place where it takes a character, and an edge for
 * each way to get from one to the next.
 */
export interface PositionAutomaton {
  /** What each state takes; the first one takes whatever stands before the match, unless the pattern is anchored. */
  readonly sets: readonly CharSet[];
  /** States that may follow each state; one that follows in two ways stands twice. */
  readonly follow: readonly (readonly number[])[];
  /** States in which the match may be over. */
  readonly last: ReadonlySet<number>;
}

/** Longest repetition with an upper limit that is written out; a longer one is taken for an endless one. */
const mostCopies = 16;

/** How a part of the pattern begins and ends. */
interface Part {
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly mayBeEmpty: boolean;
}

const emptyPart: Part = { first: [], last: [], mayBeEmpty: true };

/** `undefined` when there are more than `mostStates`. */
export function buildAutomaton(
  pattern: PatternNode,
  { isAnchored, mostStates }: { readonly isAnchored: boolean; readonly mostStates: number },
): PositionAutomaton | undefined {
  const sets: CharSet[] = [];
  const follow: number[][] = [];
  const connect = (from: readonly number[], to: readonly number[]): void => {
    for (const state of from) follow[state]?.push(...to);
  };
  const join = (parts: readonly Part[]): Part =>
    parts.reduce((left, right) => {
      connect(left.last, right.first);
      return {
        first: left.mayBeEmpty ? [...left.first, ...right.first] : left.first,
        last: right.mayBeEmpty ? [...left.last, ...right.last] : right.last,
        mayBeEmpty: left.mayBeEmpty && right.mayBeEmpty,
      };
    }, emptyPart);
  const repeatForever = (part: Part): Part => {
    connect(part.last, part.first);
    return { ...part, mayBeEmpty: true };
  };
  const repeat = (item: PatternNode, min: number, max: number): Part => {
    const isShort = max <= mostCopies;
    const certain = Array.from({ length: Math.min(min, isShort ? min : 1) }, () => build(item));
    if (!isShort) {
      const endless = repeatForever(build(item));
      // Of many certain copies, any may be the empty ones: as bad as a second loop.
      if (min > mostCopies && certain.every(({ mayBeEmpty }) => mayBeEmpty)) repeatForever(endless);
      return join([...certain, endless]);
    }
    let optional = emptyPart;
    for (let copy = min; copy < max; copy += 1)
      optional = { ...join([build(item), optional]), mayBeEmpty: true };
    return join([...certain, optional]);
  };
  const build = (node: PatternNode): Part => {
    if (sets.length > mostStates) return emptyPart;
    if (node.kind === "characters") {
      const state = sets.push(node.set) - 1;
      follow.push([]);
      return { first: [state], last: [state], mayBeEmpty: false };
    }
    if (node.kind === "sequence") return join(node.items.map(build));
    if (node.kind === "repeat") return repeat(node.item, node.min, node.max);
    if (node.kind !== "choice") return emptyPart;
    const parts = node.items.map(build);
    return {
      first: parts.flatMap(({ first }) => first),
      last: parts.flatMap(({ last }) => last),
      mayBeEmpty: parts.some(({ mayBeEmpty }) => mayBeEmpty),
    };
  };
  const before: PatternNode = {
    kind: "repeat",
    item: { kind: "characters", set: anyCharacter },
    min: 0,
    max: Infinity,
  };
  const whole = join(isAnchored ? [build(pattern)] : [build(before), build(pattern)]);
  return sets.length > mostStates ? undefined : { sets, follow, last: new Set(whole.last) };
}
