import { memberOf } from "../json-pointer.js";
import { isObject } from "../json-value.js";
import type { ChannelLimits, JsonValue } from "../model/contract.js";
import { type Member, members } from "./schema-pointers.js";
import type { SourceDocument } from "./source-document.js";
import { textOf } from "./subschemas.js";

/** A channel file, read: defaults filled in, schemas as JSON Pointers into the file. */
export interface ChannelDeclaration {
  readonly document: SourceDocument;
  readonly name: string;
  readonly description: string | undefined;
  readonly owner: string | undefined;
  readonly address: string;
  readonly durable: boolean;
  readonly parameters: readonly ParameterDeclaration[];
  readonly headers: string | undefined;
  readonly limits: ChannelLimits | undefined;
  /** Sorted by kind and in the order of the file. */
  readonly contracts: readonly ContractDeclaration[];
}

export interface ParameterDeclaration {
  readonly name: string;
  readonly pointer: string;
}

export interface ContractDeclaration {
  readonly kind: "event" | "command" | "query";
  readonly name: string;
  readonly pointer: string;
  readonly type: string;
  readonly version: number;
  readonly key: string | undefined;
  readonly description: string | undefined;
  readonly deprecated: boolean;
  readonly payload: string | undefined;
  readonly reply: string | undefined;
}

const kinds = [
  ["events", "event"],
  ["commands", "command"],
  ["queries", "query"],
] as const;

/** Reads a channel file. What has the wrong form has been reported, and is read as absent. */
export function readChannel(document: SourceDocument): ChannelDeclaration {
  const { value } = document;
  const name = textOf(value, "channel") ?? "";
  return {
    document,
    name,
    description: textOf(value, "description"),
    owner: textOf(value, "owner"),
    address: textOf(value, "address") ?? name,
    durable: memberOf(value, "durable") === true,
    parameters: members(memberOf(value, "parameters"), "/parameters").filter(holdsSchema),
    headers: members(value, "").find((member) => member.name === "headers" && holdsSchema(member))?.pointer,
    limits: readLimits(memberOf(value, "limits")),
    contracts: kinds.flatMap(([member, kind]) =>
      members(memberOf(value, member), `/${member}`).map((contract) =>
        readContract(document, name, kind, contract.name, contract.pointer),
      ),
    ),
  };
}

function readLimits(value: JsonValue | undefined): ChannelLimits | undefined {
  const number = (name: string): number | undefined => {
    const limit = memberOf(value, name);
    return typeof limit === "number" ? limit : undefined;
  };
  const [maxBytes, maxDepth, maxItems] = [number("maxBytes"), number("maxDepth"), number("maxItems")];
  const limits = {
    ...(maxBytes !== undefined && { maxBytes }),
    ...(maxDepth !== undefined && { maxDepth }),
    ...(maxItems !== undefined && { maxItems }),
    ...(memberOf(value, "uniqueKeys") === true && { uniqueKeys: true }),
    ...(memberOf(value, "safeIntegers") === true && { safeIntegers: true }),
  };
  return Object.keys(limits).length === 0 ? undefined : limits;
}

function readContract(
  document: SourceDocument,
  channel: string,
  kind: ContractDeclaration["kind"],
  name: string,
  pointer: string,
): ContractDeclaration {
  const value = document.at(pointer);
  const schemaAt = (role: string): string | undefined =>
    members(value, pointer).find((member) => member.name === role && holdsSchema(member))?.pointer;
  const given = memberOf(value, "version");
  const version = typeof given === "number" ? given : 1;
  return {
    kind,
    name,
    pointer,
    type: textOf(value, "type") ?? `${channel}.${name}.v${version}`,
    version,
    key: textOf(value, "key"),
    description: textOf(value, "description"),
    deprecated: memberOf(value, "deprecated") === true,
    payload: schemaAt("payload"),
    reply: schemaAt("reply"),
  };
}

/** Anything else has been reported. */
function holdsSchema({ value }: Member): boolean {
  return isObject(value) || typeof value === "boolean";
}
