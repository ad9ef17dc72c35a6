import { readFileSync } from "node:fs";
import type { JsonValue } from "../model/contract.js";
import { isObject } from "../model/normalise/reader.js";
import { type ChannelDeclaration, readChannel } from "./channel-declaration.js";
import { FormatChecker } from "./check-format.js";
import type { FindingList } from "./finding-list.js";
import type { SourceDocument } from "./source-document.js";

/** Reads channel files and reports whatever is wrong with them, short of their schemas. */
export function checkChannels(
  documents: readonly SourceDocument[],
  findings: FindingList,
): readonly ChannelDeclaration[] {
  const format: JsonValue = JSON.parse(
    readFileSync(new URL("../../schema/channel.schema.json", import.meta.url), "utf8"),
  );
  if (!isObject(format)) throw new Error("the schema of channel files is no object");
  return documents.map((document) => {
    const checker = new FormatChecker(format, (pointer, rule, message) =>
      findings.add(document.location(pointer), rule, message),
    );
    checker.check(document.value);
    return readChannel(document);
  });
}
