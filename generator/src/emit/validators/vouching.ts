import type { InnerSchemaObject, JsonType, JsonValue } from "../../model/contract.js";
import { closingOf } from "./closed-object.js";
import type { Cluster, Speaker } from "./clusters.js";
import { hasDynamicMembers } from "./dynamic-members.js";
import type { TypeFacts } from "./facts.js";
import { isAsciiFormat } from "./formats.js";
import type { Place } from "./place.js";
import { unionVouches } from "./unions.js";

/**
 * A writer's value has to be one that JSON can hold as it is, which most checks find out by the way: a value of one of
 * these types whose members and items were all looked at. Only for the rest, the runtime is asked to look through it.
 */
export interface VouchingCluster extends Cluster {
  /** Who of the schema finds out; nobody does when absent. */
  readonly voucher: Speaker | undefined;
}

/** The same cluster, in which at most one speaker is to find out whether JSON can hold the value. */
export function openVouching(
  cluster: Cluster,
  schema: InnerSchemaObject,
  place: Place,
  types: TypeFacts,
): VouchingCluster {
  const isRoot = (speaker: Speaker): boolean => cluster.placeOf(speaker, place).root;
  const voucher = place.vouches
    ? speakersThatVouch(schema, place, types).find((speaker) => isRoot(speaker))
    : undefined;
  return {
    ...cluster,
    voucher,
    placeOf: (speaker, at) => ({ ...cluster.placeOf(speaker, at), vouches: speaker === voucher }),
  };
}

/** Those who would find out if they spoke for the value alone. */
function speakersThatVouch(schema: InnerSchemaObject, place: Place, types: TypeFacts): readonly Speaker[] {
  const { $ref, anyOf, oneOf, allOf = [] } = schema;
  const speakers: Speaker[] = [];
  if (vouchesByItself(schema, place)) speakers.push("itself");
  if ($ref !== undefined) speakers.push("$ref");
  if (anyOf !== undefined && unionVouches("anyOf", anyOf, place, types)) speakers.push("anyOf");
  if (oneOf !== undefined && unionVouches("oneOf", oneOf, place, types)) speakers.push("oneOf");
  return [...speakers, ...allOf.filter((part) => typeof part === "object")];
}

function vouchesByItself(schema: InnerSchemaObject, place: Place): boolean {
  const { type, enum: values, const: constant } = schema;
  const lists = [values, constant === undefined ? undefined : [constant]].filter(
    (list) => list !== undefined,
  );
  if (lists.length > 0) return lists.some((list) => list.every(isPlainScalar));
  return type?.every((each) => typeVouches(each, schema, place)) === true;
}

function typeVouches(type: JsonType, schema: InnerSchemaObject, place: Place): boolean {
  if (type === "string") return schema.format !== undefined && isAsciiFormat(schema.format);
  if (type === "array") return looksAtAllItems(schema);
  return type !== "object" || looksAtAllMembers(schema, place);
}

function looksAtAllItems({ items, prefixItems = [] }: InnerSchemaObject): boolean {
  return items !== undefined && items !== true && !prefixItems.includes(true);
}

function looksAtAllMembers(schema: InnerSchemaObject, place: Place): boolean {
  const { properties = {}, patternProperties = {}, additionalProperties } = schema;
  const isClosed = closingOf(schema, place) !== undefined || typeof additionalProperties === "object";
  const isLoose = Object.keys(patternProperties).length > 0 && !hasDynamicMembers(schema);
  return isClosed && !isLoose && Object.keys(properties).every(isWellFormed);
}

function isPlainScalar(value: JsonValue): boolean {
  return typeof value === "string" ? isWellFormed(value) : typeof value !== "object" || value === null;
}

/** Whether a text has no half of a surrogate pair, which UTF-8 cannot write. */
function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}
