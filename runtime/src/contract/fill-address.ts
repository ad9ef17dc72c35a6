import type { Channel } from "./channel.js";
import type { Violation } from "./violation.js";

/** What a parameter's value may not hold: it would change the address or match more than one. */
const unsafeInAddress = /[.*#{}\s\p{C}]/u;

/** The address of a channel with its parameters filled in, or what is wrong with them. */
export function fillAddress(channel: Channel<unknown>, parameters: unknown): string | Violation {
  if (channel.parameterNames.length === 0) return channel.address;
  let address = channel.address;
  for (const name of channel.parameterNames) {
    const value: unknown = ownMember(parameters, name);
    const path = `/${name}`;
    if (typeof value !== "string") return { path, keyword: "type", expected: "text", got: kindOf(value) };
    if (value === "" || unsafeInAddress.test(value)) {
      return {
        path,
        keyword: "address",
        expected: "text without dots, stars, braces and spaces",
        got: "other text",
      };
    }
    const violation = ownMember<(typeof channel.parameters)[string]>(channel.parameters, name)?.(value, true);
    if (violation !== undefined) return { ...violation, path: path + violation.path };
    address = address.replace(`{${name}}`, () => value);
  }
  return address;
}

/** The pattern of all addresses of a channel, or of those with the given values. */
export function patternOf(channel: Channel<unknown>, values: unknown): string {
  if (channel.parameterNames.length === 0) return channel.address;
  return channel.address
    .split(".")
    .map((segment) => {
      if (!segment.includes("{")) return segment;
      const filled = segment.replace(/\{([^{}]+)\}/g, (whole, name: string) => {
        const value: unknown = ownMember(values, name);
        return typeof value === "string" ? value : whole;
      });
      return filled.includes("{") ? "*" : filled;
    })
    .join(".");
}

/** The parameter values in an address of a channel; empty when the address is not one of the channel's. */
export function parametersOf(channel: Channel<unknown>, address: string): Readonly<Record<string, string>> {
  if (channel.parameterNames.length === 0) return {};
  const source = channel.address
    .split(/\{[^{}]+\}/)
    .map((text) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"))
    .join("([^.]+)");
  const values = new RegExp(`^${source}$`).exec(address);
  return Object.fromEntries(channel.parameterNames.map((name, index) => [name, values?.[index + 1] ?? ""]));
}

/** Not told as validators tell it: their words would come along with every bus. */
function kindOf(value: unknown): string {
  if (value === undefined) return "nothing";
  return value === null ? "null" : `${typeof value === "object" ? "an" : "a"} ${typeof value}`;
}

function ownMember<Value = unknown>(object: unknown, name: string): Value | undefined {
  if (typeof object !== "object" || object === null || !Object.hasOwn(object, name)) return undefined;
  return Reflect.get(object, name);
}
