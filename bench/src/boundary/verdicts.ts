import type { Sample } from "./samples.js";
import { type Subject, structureAlone } from "./subjects.js";

/** Plainly wrong texts: who takes these looks at no such format. */
const wrong: Readonly<Record<string, string>> = {
  "date-time": "yesterday",
  email: "no mail",
  uri: "no address",
  "uri-template": "{",
  uuid: "none",
};

/**
 * Which formats each check enforces, for the table: `all`, the names of some, or `none`.
 *
 * @throws Error when a check refuses a payload or takes one that is wrong: then there is nothing to compare
 */
export function judgeChecks({ sample, checks }: Subject): ReadonlyMap<string, string> {
  const payloads = sample.texts.map((text): unknown => JSON.parse(text));
  const mutant = wrongStructure(sample);
  const formats = Object.keys(sample.formats);
  const enforced = new Map<string, string>();
  for (const [name, check] of checks) {
    if (!payloads.every(check)) throw new Error(`${name} refuses a payload of ${sample.name}`);
    if (check(mutant)) throw new Error(`${name} takes a wrong payload of ${sample.name}`);
    const refused = formats.filter((format) => !check(wrongFormat(sample, format)));
    if (name !== structureAlone && refused.length === 0) throw new Error(`${name} looks at no format`);
    enforced.set(name, refused.length === formats.length ? "all" : refused.join(", ") || "none");
  }
  return enforced;
}

/** The payload with a number where its first member has text. */
function wrongStructure({ texts: [text = ""] }: Sample): unknown {
  const payload = JSON.parse(text);
  payload[Object.keys(payload)[0] ?? ""] = 42;
  return payload;
}

function wrongFormat({ texts: [text = ""], formats }: Sample, format: string): unknown {
  const payload = JSON.parse(text);
  const steps = (formats[format] ?? "").split("/").slice(1);
  const last = steps.pop() ?? "";
  const holder = steps.reduce((value, step) => value[step], payload);
  if (typeof holder[last] !== "string") throw new Error(`no text at ${formats[format]}`);
  holder[last] = wrong[format];
  return payload;
}
