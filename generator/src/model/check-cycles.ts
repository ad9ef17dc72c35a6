import type { FindingList } from "../load/finding-list.js";
import type { TypeReference } from "./contract.js";
import type { PayloadGraph } from "./payload-graph.js";

/**
 * Finds references that lead back to their start without a step into the data: such a schema says nothing, and
 * checking it would never end.
 */
export function checkCycles(graph: PayloadGraph, findings: FindingList): void {
  for (const circle of findCircles(graph)) {
    const [first, second] = [circle[0] ?? "", circle[1] ?? circle[0] ?? ""];
    const { place, inPlace } = graph.get(first);
    const message = `expected a step into the data somewhere in the circle ${[...circle, first].join(" -> ")}`;
    findings.add(place.document.location(inPlace.get(second) ?? place.pointer), "reference-cycle", message);
  }
}

/** The circles that a search in depth meets, which is at least one for each set of nodes that form any. */
function findCircles(graph: PayloadGraph): readonly (readonly TypeReference[])[] {
  const circles: (readonly TypeReference[])[] = [];
  const done = new Set<TypeReference>();
  // No recursion: chains of references may be longer than the call stack is deep. A map keeps its order.
  const path = new Map<TypeReference, Iterator<TypeReference>>();
  const enter = (key: TypeReference): void => {
    if (path.has(key)) circles.push([...path.keys()].slice([...path.keys()].indexOf(key)));
    else if (!done.has(key)) path.set(key, graph.get(key).inPlace.keys());
  };
  for (const { key: start } of graph.nodes) {
    const stack = [start];
    enter(start);
    while (path.size > 0) {
      const key = stack.at(-1) ?? start;
      const next = path.get(key)?.next();
      if (next === undefined || next.done === true) {
        path.delete(key);
        done.add(key);
        stack.pop();
      } else {
        const before = path.size;
        enter(next.value);
        if (path.size > before) stack.push(next.value);
      }
    }
  }
  return circles;
}
