import { readFileSync } from "node:fs";
import { parsePointer } from "../json-pointer.js";
import { isObject, type JsonObject } from "../json-value.js";
import type { JsonValue } from "../model/contract.js";
import { channelBase, isTypeName, typeName } from "../model/names.js";
import { suggestion } from "../nearest-name.js";
import { type ChannelDeclaration, readChannel } from "./channel-declaration.js";
import { FormatChecker } from "./check-format.js";
import { checkUnique, type UniqueItem } from "./check-unique.js";
import type { FindingList } from "./finding-list.js";
import type { SourceDocument } from "./source-document.js";

/** Reads channel files and reports whatever is wrong with them, short of their schemas. */
export function checkChannels(
  documents: readonly SourceDocument[],
  findings: FindingList,
): readonly ChannelDeclaration[] {
  const format = readChannelFormat();
  for (const document of documents) {
    new FormatChecker(format, (pointer, rule, message) =>
      findings.add(document.location(pointer), rule, message + proposal(pointer)),
    ).check(document.value);
  }
  const channels = documents.map(readChannel);
  for (const channel of channels) {
    checkParameters(channel, findings);
    checkAddressLength(channel, findings);
  }
  // Channels whose names clash also clash in all that is made from their names: once is enough.
  const named = checkUnique(channels.flatMap(nameItem), "name-clash", findings).map(({ channel }) => channel);
  checkUnique(named.map(addressItem), "address-clash", findings);
  checkUnique(named.flatMap(typeItems), "type-clash", findings);
  return channels;
}

/** A contract's name that is none gets one proposed. */
function proposal(pointer: string): string {
  const [kind = "", name, ...rest] = parsePointer(pointer) ?? [];
  if (name === undefined || rest.length > 0 || !["events", "commands", "queries"].includes(kind)) return "";
  return isTypeName(name) ? "" : `; for instance ${JSON.stringify(typeName(name))}`;
}

function readChannelFormat(): JsonObject {
  const text = readFileSync(new URL("../../schema/channel.schema.json", import.meta.url), "utf8");
  const format: JsonValue = JSON.parse(text);
  if (!isObject(format)) throw new Error("the schema of channel files is no object");
  return format;
}

/** The parameters of an address and their schemas must match both ways. */
function checkParameters({ document, address, parameters }: ChannelDeclaration, findings: FindingList): void {
  const inAddress = Array.from(address.matchAll(/\{([A-Za-z]\w*)\}/g), ([, name = ""]) => name);
  const declared = parameters.map(({ name }) => name);
  for (const [index, name] of inAddress.entries()) {
    if (inAddress.indexOf(name) !== index) {
      const message = `expected each parameter once in the address, got "{${name}}" twice`;
      findings.add(document.location("/address"), "repeated-parameter", message);
    } else if (!declared.includes(name)) {
      const message = `expected a schema for "{${name}}" in "parameters", got none${suggestion(name, declared)}`;
      findings.add(document.location("/address"), "undeclared-parameter", message);
    }
  }
  for (const { name, pointer } of parameters) {
    if (inAddress.includes(name)) continue;
    const message = `expected "{${name}}" in the address, got ${JSON.stringify(address)}${suggestion(name, inAddress)}`;
    findings.add(document.location(pointer), "unused-parameter", message);
  }
}

const mostAddressBytes = 200;

/** The format limits characters; brokers count bytes, and AMQP takes 255 with what is appended. */
function checkAddressLength({ document, address }: ChannelDeclaration, findings: FindingList): void {
  const bytes = Buffer.byteLength(address);
  if (bytes <= mostAddressBytes || [...address].length > mostAddressBytes) return;
  const message = `expected at most ${mostAddressBytes} bytes, got ${bytes}`;
  findings.add(document.location("/address"), "value", message);
}

function nameItem(channel: ChannelDeclaration): (UniqueItem & { readonly channel: ChannelDeclaration })[] {
  const { name, document } = channel;
  if (name === "") return [];
  const what = `the channel name ${JSON.stringify(name)}`;
  return [{ identity: channelBase(name).toLowerCase(), at: document.location("/channel"), what, channel }];
}

/** Whatever the parameters are called, `a.{x}` and `a.{y}` are the same addresses. */
function addressItem({ document, address }: ChannelDeclaration): UniqueItem {
  const what = `the address ${JSON.stringify(address)}`;
  return { identity: address.replace(/\{[^{}]*\}/g, "{}"), at: document.location("/address"), what };
}

/** Contracts of one name are reported for that; that they get one type follows from it. */
function typeItems({ document, contracts }: ChannelDeclaration): UniqueItem[] {
  const byNameAndType = new Map(
    contracts.toReversed().map((contract) => [`${contract.name} ${contract.type}`, contract]),
  );
  return [...byNameAndType.values()].reverse().map(({ type, pointer }) => ({
    identity: type,
    at: document.location(`${pointer}/type`),
    what: `the type ${JSON.stringify(type)}`,
  }));
}
