import { type CharSet, intersectionOf } from "./char-set.js";
import type { PositionAutomaton } from "./position-automaton.js";

/**
 * How the number of ways to match one text grows with its length, which is how long backtracking may take: as a power
 * of the length, 1 for linear, or exponentially (`Infinity`). After Weber and Seidl, "On the degree of ambiguity of
 * finite automata": two ways around one loop make it exponential, and two loops that take the same text one after the
 * other make it one power worse. `undefined` when that takes too much work to find out.
 */
export function growthOf(
  automaton: PositionAutomaton,
  maySucceedAt: (state: number) => boolean,
): number | undefined {
  try {
    return new Search(automaton, maySucceedAt).growth();
  } catch (error) {
    if (error instanceof TooMuchWork) return undefined;
    throw error;
  }
}

class TooMuchWork extends Error {}

/** Most forks one after the other, each of which may double the time. */
const mostForks = 12;

/** Most steps of the search. */
const mostSteps = 300_000;

class Search {
  readonly #automaton: PositionAutomaton;
  readonly #maySucceedAt: (state: number) => boolean;
  readonly #overlaps = new Map<string, boolean>();
  #steps = 0;

  constructor(automaton: PositionAutomaton, maySucceedAt: (state: number) => boolean) {
    this.#automaton = automaton;
    this.#maySucceedAt = maySucceedAt;
  }

  growth(): number {
    const states = [...this.#automaton.sets.keys()];
    const loops = states.filter((state) => !this.#maySucceedAt(state) && this.#reaches([state], [state]));
    if (loops.some((state) => this.#hasTwoWaysAround(state))) return Infinity;
    if (this.#mostForks(states) > mostForks) return Infinity;
    const worse = new Map(
      loops.map((from) => [
        from,
        loops.filter((to) => to !== from && this.#reaches([from, from, to], [from, to, to])),
      ]),
    );
    const longest = (from: number): number => 1 + Math.max(0, ...(worse.get(from) ?? []).map(longest));
    return Math.max(1, ...loops.map(longest));
  }

  /** The most places, one after the other, from where one text leads to the same state in two ways. */
  #mostForks(states: readonly number[]): number {
    const after = new Map<number, number>();
    const forks = new Map(states.map((state) => [state, this.#forkEnds(state)]));
    const count = (state: number): number => {
      const known = after.get(state);
      if (known !== undefined) return known;
      after.set(state, 0);
      const own = [...(forks.get(state) ?? [])].map((end) => 1 + count(end));
      const later = (this.#automaton.follow[state] ?? []).map(count);
      const most = Math.max(0, ...own, ...later);
      after.set(state, most);
      return most;
    };
    return Math.max(0, ...states.map(count));
  }

  /** Where two ways that part at a state, and take the same text, first meet again. */
  #forkEnds(state: number): ReadonlySet<number> {
    const following = this.#automaton.follow[state] ?? [];
    const ends = new Set(following.filter((next, index) => following.indexOf(next) !== index));
    const isParted = ([left, right]: readonly number[]): boolean => left !== right;
    for (const start of this.#next([state, state]).filter(isParted)) {
      for (const states of this.#reachable(start, isParted))
        if (!isParted(states)) ends.add(states[0] ?? state);
    }
    return new Set([...ends].filter((end) => !this.#maySucceedAt(end)));
  }

  /** Whether one text leads from a state back to it in two ways. */
  #hasTwoWaysAround(state: number): boolean {
    for (const [left, right] of this.#reachable([state, state])) {
      if (left === undefined || right === undefined) continue;
      const isDifferent = left !== right || this.#hasDoubleEdge(left, state);
      if (isDifferent && this.#reaches([left, right], [state, state])) return true;
    }
    return false;
  }

  /** Whether a state on the loop is followed by another one on it in two ways. */
  #hasDoubleEdge(state: number, loop: number): boolean {
    const next = this.#automaton.follow[state] ?? [];
    const doubled = next.filter((each, index) => next.indexOf(each) !== index);
    return doubled.some((each) => each === loop || this.#reaches([each], [loop]));
  }

  /** Whether one text, at least one character long, leads from each of the states to its counterpart. */
  #reaches(from: readonly number[], to: readonly number[]): boolean {
    const goal = to.join();
    for (const states of this.#reachable(from)) if (states.join() === goal) return true;
    return false;
  }

  /** All that one text leads to from the states, all at once; goes on only from where `goesOn`. */
  *#reachable(
    from: readonly number[],
    goesOn: (states: readonly number[]) => boolean = () => true,
  ): Generator<readonly number[]> {
    const seen = new Set<string>();
    const open: (readonly number[])[] = [from];
    for (let states = open.pop(); states !== undefined; states = open.pop()) {
      for (const next of this.#next(states)) {
        const key = next.join();
        if (seen.has(key)) continue;
        seen.add(key);
        yield next;
        if (goesOn(next)) open.push(next);
      }
    }
  }

  /** The states after one character that all of them can take. */
  #next(states: readonly number[]): readonly (readonly number[])[] {
    let combinations: readonly (readonly number[])[] = [[]];
    for (const state of states) {
      const following = [...new Set(this.#automaton.follow[state] ?? [])];
      combinations = combinations.flatMap((combination) => following.map((next) => [...combination, next]));
    }
    this.#steps += combinations.length;
    if (this.#steps > mostSteps) throw new TooMuchWork();
    return combinations.filter((combination) => this.#share(combination));
  }

  /** Whether one character is taken by all states. */
  #share(states: readonly number[]): boolean {
    const distinct = [...new Set(states)].sort((left, right) => left - right);
    const key = distinct.join();
    const known = this.#overlaps.get(key);
    if (known !== undefined) return known;
    const sets = distinct.map((state): CharSet => this.#automaton.sets[state] ?? []);
    const overlap = intersectionOf(sets).length > 0;
    this.#overlaps.set(key, overlap);
    return overlap;
  }
}
