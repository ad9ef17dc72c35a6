import type { Happening, Operation } from "./history.js";
import type { Rules } from "./rules.js";

export const rules: Rules = {
  groups: [{ name: "mail", concurrency: 2, instances: 1, ordered: true, attempts: 3 }],
  deadlineMs: 5_000,
  window: 4,
  recoverMs: 10_000,
  noticeMs: 1_000,
  exitMs: 1_000,
  maxRssMb: 200,
  maxConnectsPerSecond: 10,
};

/** A line of a history: second, process, what happened. */
export type Line = readonly [at: number, process: string, happening: Happening];

export const publish = (id: string, n: number): Happening => ({
  kind: "publish",
  id,
  key: "k",
  n,
  digest: `d-${id}`,
});
export const accepted = (id: string): Happening => ({ kind: "accepted", id });
export const refused = (id: string): Happening => ({ kind: "refused", id, code: "PUBLISH_FULL" });
export const unknown = (id: string): Happening => ({ kind: "unknown", id, code: "PUBLISH_TIMEOUT" });
export const handling = (id: string, attempt = 1, digest = `d-${id}`): Happening => ({
  kind: "handling",
  group: "mail",
  id,
  attempt,
  digest,
});
export const handled = (id: string): Happening => ({ kind: "handled", group: "mail", id });
export const failed = (id: string): Happening => ({ kind: "failed", group: "mail", id });
export const condemned = (id: string): Happening => ({ kind: "condemned", group: "mail", id });
export const letter = (id: string, reason: string): Happening => ({
  kind: "deadLetter",
  group: "mail",
  id,
  reason,
});
export const fault = { kind: "fault", fault: "server killed", outage: true } as const satisfies Happening;
export const mending: Happening = { kind: "mending", fault: "server killed", connects: 5 };
export const healed: Happening = { kind: "healed", fault: "server killed" };
export const health = (healthy: boolean): Happening => ({ kind: "health", healthy });

/** A server dies at 10 and answers at 13; five events, of which one fails once and one ends in the dead letters. */
export const good: readonly Line[] = [
  [0, "L", { kind: "started" }],
  [0, "L", health(true)],
  [0, "P", { kind: "started" }],
  [0, "P", health(true)],
  [1, "P", publish("a", 1)],
  [1.1, "P", accepted("a")],
  [1.2, "L", handling("a")],
  [1.3, "L", handled("a")],
  [2, "P", publish("b", 2)],
  [2.1, "L", handling("b")],
  [2.2, "P", accepted("b")],
  [2.3, "L", failed("b")],
  [2.4, "L", handling("b", 2)],
  [2.5, "L", handled("b")],
  [3, "P", publish("c", 3)],
  [3.1, "P", accepted("c")],
  [3.2, "L", handling("c")],
  [3.3, "L", condemned("c")],
  [9.9, "P", publish("d", 4)],
  [10, "machine", fault],
  [10.1, "P", unknown("d")],
  [10.2, "P", health(false)],
  [10.2, "L", health(false)],
  [10.5, "P", publish("e", 5)],
  [12, "machine", mending],
  [13, "machine", healed],
  [13.1, "P", health(true)],
  [13.1, "L", health(true)],
  [13.2, "P", accepted("e")],
  [13.3, "L", handling("d")],
  [13.4, "L", handled("d")],
  [13.5, "L", handling("e")],
  [13.6, "L", handled("e")],
  [14, "P", publish("f", 6)],
  [14.1, "P", accepted("f")],
  [14.2, "L", handling("f")],
  [14.3, "L", handled("f")],
  [20, "machine", letter("c", "asked: enough")],
  [21, "P", { kind: "closing" }],
  [21, "L", { kind: "closing" }],
  [21.1, "P", { kind: "closed", left: [] }],
  [21.1, "L", { kind: "closed", left: [] }],
  [21.2, "machine", { kind: "exited", target: "P", code: 0, afterMs: 50 }],
  [21.2, "machine", { kind: "exited", target: "L", code: 0, afterMs: 50 }],
];

export const operations = (lines: readonly Line[]): Operation[] =>
  lines.map(([seconds, process, happening]) => ({ at: seconds * 1_000, process, ...happening }));

export const without = (text: string): Line[] => good.filter((line) => !JSON.stringify(line).includes(text));
export const withLines = (...lines: readonly Line[]): Line[] => [...good, ...lines];
