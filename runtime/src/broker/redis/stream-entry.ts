import { Buffer } from "node:buffer";

/** An entry that a consumer holds. */
export interface StreamEntry {
  /** Whether it lies in the group's retry stream. */
  readonly retried: boolean;
  readonly id: string;
  /** What its `event` field holds. */
  readonly document: Buffer;
  readonly attempt: number;
  /** How often the server has given it to somebody, as it lies there now: all but the last did not live to settle it. */
  readonly deliveries: number;
  /** Milliseconds since 1970. */
  readonly firstFailedAt: number | undefined;
}

/** Entries that came back from a script, and ids of those that the server has lost. */
export interface Recovered {
  readonly entries: readonly StreamEntry[];
  readonly lost: readonly string[];
}

/** The reply of XREADGROUP on a stream and its retry stream: entries to try again come first. */
export function readEntries(reply: unknown, retryStream: string): readonly StreamEntry[] {
  const streams = asList(reply);
  const retried: StreamEntry[] = [];
  const fresh: StreamEntry[] = [];
  // RESP3 gives a flat list of names and entries, RESP2 a list of pairs.
  const pairs = Array.isArray(streams[0]) ? streams.map(asList) : pairsOf(streams);
  for (const [name, entries] of pairs) {
    const isRetry = textOf(name) === retryStream;
    for (const entry of asList(entries)) {
      const [id, fields] = asList(entry);
      (isRetry ? retried : fresh).push(toEntry(textOf(id), asList(fields), isRetry, 1));
    }
  }
  return retried.length === 0 ? fresh : [...retried, ...fresh];
}

/** The reply of the scripts that take entries over. */
export function readRecovered(reply: unknown, isRetry: boolean): Recovered {
  const [taken, lost] = asList(reply);
  return {
    entries: asList(taken).map((entry) => {
      const [id, fields, count] = asList(entry);
      return toEntry(textOf(id), asList(fields), isRetry, Number(count));
    }),
    lost: asList(lost).map(textOf),
  };
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: unknown): string {
  return Buffer.isBuffer(value) ? value.toString() : String(value);
}

function toEntry(id: string, fields: readonly unknown[], retried: boolean, deliveries: number): StreamEntry {
  let document = noBytes;
  let attempt = deliveries;
  let firstFailedAt: number | undefined;
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const [name, value] = [fields[index], fields[index + 1]];
    if (!Buffer.isBuffer(name) || !Buffer.isBuffer(value)) continue;
    if (isEventField(name)) document = value;
    else if (retried && name.equals(attemptField)) attempt += Number(value.toString()) - 1;
    else if (retried && name.equals(failedField)) firstFailedAt = Number(value.toString()) || undefined;
  }
  return { retried, id, document, attempt, deliveries, firstFailedAt };
}

function pairsOf(list: readonly unknown[]): (readonly [unknown, unknown])[] {
  const pairs: (readonly [unknown, unknown])[] = [];
  for (let index = 0; index + 1 < list.length; index += 2) pairs.push([list[index], list[index + 1]]);
  return pairs;
}

/** Byte by byte: on the way of every event, and a call to the engine costs more. */
function isEventField(name: Buffer): boolean {
  return (
    name.length === 5 &&
    name[0] === 0x65 &&
    name[1] === 0x76 &&
    name[2] === 0x65 &&
    name[3] === 0x6e &&
    name[4] === 0x74
  );
}

const attemptField = Buffer.from("attempt");
const failedField = Buffer.from("failed");
const noBytes: Buffer = Buffer.alloc(0);
