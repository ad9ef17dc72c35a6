import type { Violation } from "./contract/violation.js";
import type { Envelope } from "./envelope.js";

/** Attributes of CloudEvents that stand beside the headers; no header may have such a name. */
export const reservedNames: ReadonlySet<string> = new Set([
  "data",
  "datacontenttype",
  "dataschema",
  "id",
  "source",
  "specversion",
  "subject",
  "time",
  "type",
]);

const headerName = /^[a-z0-9]{1,20}$/;

/** What CloudEvents allows in no text: control characters and surrogates that stand alone. */
const forbiddenText = /[\p{Cc}\p{Surrogate}]/u;

/** The first thing wrong with headers, or nothing. */
export function checkHeaders(headers: { readonly [name: string]: unknown }): Violation | undefined {
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    const path = `/${name}`;
    if (!headerName.test(name)) {
      return {
        path,
        keyword: "header",
        expected: "a name of 1 to 20 lower-case letters and digits",
        got: "another name",
      };
    }
    if (reservedNames.has(name)) {
      return {
        path,
        keyword: "header",
        expected: "a name that CloudEvents does not use itself",
        got: "a reserved name",
      };
    }
    if (typeof value !== "string")
      return { path, keyword: "type", expected: "text", got: `a ${typeof value}` };
    if (forbiddenText.test(value)) {
      return { path, keyword: "header", expected: "text without control characters", got: "other text" };
    }
  }
  return undefined;
}

/** The first header received that no CloudEvent may have; names that only our own publishers avoid pass. */
export function checkReceivedHeaders(headers: Envelope["headers"]): Violation | undefined {
  for (const [name, value = ""] of Object.entries(headers)) {
    const isName = forbiddenText.test(name);
    if (!isName && !forbiddenText.test(value)) continue;
    const expected = "text without control characters";
    return { path: isName ? "" : `/${name}`, keyword: "header", expected, got: "other text" };
  }
  return undefined;
}

/** A copy that cannot be changed, in which names such as `constructor` are absent unless given. */
export function freezeHeaders(headers: {
  readonly [name: string]: string;
}): Readonly<Record<string, string>> {
  return Object.freeze(Object.assign(Object.create(null), headers));
}

export const noHeaders: Readonly<Record<string, string>> = freezeHeaders({});
