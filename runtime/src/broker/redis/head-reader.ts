import { Buffer } from "node:buffer";
import type { Attributes } from "../message.js";
import { dataMark } from "./wire-format.js";

const idMark = ',"id":"';
const timeMark = Buffer.from('","time":"');
const endMark = Buffer.from(`"${dataMark}`);

const [firstPrintable, lastPrintable, quote, backslash] = [0x20, 0x7e, 0x22, 0x5c];

/**
 * Reads the attributes of documents that differ from the last one in id and time alone, as those of one publisher do:
 * the others need no parsing then. For all other documents it gives nothing.
 */
export class HeadReader {
  #known: Buffer = Buffer.alloc(0);
  #source = "";
  #type = "";
  #contentType = "";

  /** The attributes, and where the payload begins. */
  read(document: Buffer): { readonly attributes: Attributes; readonly bodyAt: number } | undefined {
    const { length } = this.#known;
    if (length === 0 || document.length < length) return undefined;
    if (document.compare(this.#known, 0, length, 0, length) !== 0) return undefined;
    const idEnd = endOfText(document, length);
    if (!standsAt(document, idEnd, timeMark)) return undefined;
    const timeAt = idEnd + timeMark.length;
    const timeEnd = endOfText(document, timeAt);
    if (!standsAt(document, timeEnd, endMark)) return undefined;
    const attributes = {
      specversion: "1.0",
      source: this.#source,
      type: this.#type,
      datacontenttype: this.#contentType,
      id: document.toString("latin1", length, idEnd),
      time: document.toString("latin1", timeAt, timeEnd),
    };
    return { attributes, bodyAt: timeEnd + endMark.length };
  }

  /** Remembers how ours begin whose attributes are these, but for id and time. */
  learn({ source = "", type = "", datacontenttype = "" }: Attributes): void {
    if (source === this.#source && type === this.#type && datacontenttype === this.#contentType) return;
    const constants = JSON.stringify({ specversion: "1.0", source, type, datacontenttype });
    this.#known = Buffer.from(constants.slice(0, -1) + idMark);
    [this.#source, this.#type, this.#contentType] = [source, type, datacontenttype];
  }
}

/** Where the plain text ends that begins there: ASCII that stands for itself in JSON. */
function endOfText(document: Buffer, begin: number): number {
  let at = begin;
  for (; at < document.length; at++) {
    const byte = document[at] ?? 0;
    if (byte < firstPrintable || byte > lastPrintable || byte === quote || byte === backslash) break;
  }
  return at;
}

function standsAt(document: Buffer, at: number, mark: Buffer): boolean {
  for (let index = 0; index < mark.length; index++) {
    if (document[at + index] !== mark[index]) return false;
  }
  return true;
}
