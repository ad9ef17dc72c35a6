import type { RuntimeName } from "../runtime-imports.js";

/** The function of the runtime that checks a format; `undefined` for formats that are mere remarks. */
export function formatCheck(format: string): RuntimeName | undefined {
  return checks.get(format);
}

/** Whether all texts of a format are of ASCII characters alone. */
export function isAsciiFormat(format: string): boolean {
  return asciiFormats.has(format);
}

const asciiFormats: ReadonlySet<string> = new Set([
  "date",
  "date-time",
  "duration",
  "email",
  "hostname",
  "ipv4",
  "ipv6",
  "time",
  "uri",
  "uri-reference",
  "uuid",
]);

const checks: ReadonlyMap<string, RuntimeName> = new Map([
  ["date", "isDate"],
  ["date-time", "isDateTime"],
  ["duration", "isDuration"],
  ["email", "isEmail"],
  ["hostname", "isHostname"],
  ["idn-email", "isIdnEmail"],
  ["idn-hostname", "isIdnHostname"],
  ["ipv4", "isIpv4"],
  ["ipv6", "isIpv6"],
  ["iri", "isIri"],
  ["iri-reference", "isIriReference"],
  ["json-pointer", "isJsonPointer"],
  ["regex", "isRegex"],
  ["relative-json-pointer", "isRelativeJsonPointer"],
  ["time", "isTime"],
  ["uri", "isUri"],
  ["uri-reference", "isUriReference"],
  ["uri-template", "isUriTemplate"],
  ["uuid", "isUuid"],
]);
