import type { FindingList } from "../load/finding-list.js";
import type { TypeReference } from "./contract.js";
import type { PayloadGraph } from "./payload-graph.js";

const longest = 400;

/**
 * Finds references that lead back to their start without a step into the data: such a schema says nothing, and
 * checking it would never end. Chains of such references have a limit too.
 */
export function checkCycles(graph: PayloadGraph, findings: FindingList): void {
  const { circles, longChains } = walkInPlace(graph);
  for (const circle of circles) {
    const [first, second] = [circle[0] ?? "", circle[1] ?? circle[0] ?? ""];
    const { place, inPlace } = graph.get(first);
    const message = `expected a step into the data somewhere in the circle ${[...circle, first].join(" -> ")}`;
    findings.add(place.document.location(inPlace.get(second) ?? place.pointer), "reference-cycle", message);
  }
  for (const key of longChains) {
    const { document, pointer } = graph.get(key).place;
    const message = `expected at most ${longest} references one after the other without a step into the data`;
    findings.add(document.location(pointer), "too-deep", message);
  }
}

interface InPlaceWalk {
  /** What a search in depth meets, which is at least one for each set of types that form any. */
  readonly circles: readonly (readonly TypeReference[])[];
  /** Where a chain of references begins that is one longer than allowed. */
  readonly longChains: readonly TypeReference[];
}

function walkInPlace(graph: PayloadGraph): InPlaceWalk {
  const circles: (readonly TypeReference[])[] = [];
  const lengths = new Map<TypeReference, number>();
  // No recursion: chains of references may be longer than the call stack is deep. A map keeps its order.
  const path = new Map<TypeReference, Iterator<TypeReference>>();
  const stack: TypeReference[] = [];
  const enter = (key: TypeReference): void => {
    if (path.has(key)) {
      circles.push(stack.slice(stack.indexOf(key)));
    } else if (!lengths.has(key)) {
      path.set(key, graph.get(key).inPlace.keys());
      stack.push(key);
    }
  };
  for (const { key: start } of graph.nodes) {
    enter(start);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const next = path.get(top)?.next();
      if (next?.done === false) {
        enter(next.value);
      } else {
        path.delete(top);
        stack.pop();
        lengths.set(top, 1 + longestOf(graph.get(top).inPlace.keys(), lengths));
      }
    }
  }
  return {
    circles,
    longChains: [...lengths].filter(([, length]) => length === longest + 1).map(([key]) => key),
  };
}

function longestOf(keys: Iterable<TypeReference>, lengths: ReadonlyMap<TypeReference, number>): number {
  let length = 0;
  for (const key of keys) length = Math.max(length, lengths.get(key) ?? 0);
  return length;
}
