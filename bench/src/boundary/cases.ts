import { Buffer } from "node:buffer";
import { type Check, makeFastJson } from "./peers.js";
import type { Subject } from "./subjects.js";

/** One line of the table: an operation on the payload of that number. */
export interface Case {
  readonly name: string;
  readonly run: (index: number) => unknown;
  /** Whose check it makes, if any. */
  readonly check?: string;
}

/** Cases that are divided by the first of them, their floor. */
export type Group = readonly [floor: Case, ...cases: Case[]];

/** From text and to text for all sides; from bytes and to bytes, as brokers have them, for ours and the quickest peer. */
export function buildGroups(subject: Subject): readonly Group[] {
  return [fromText(subject), fromBytes(subject), toText(subject), toBytes(subject)];
}

function fromText({ sample: { texts }, checks }: Subject): Group {
  const parse = (index: number): unknown => JSON.parse(texts[index] ?? "");
  return [
    { name: "JSON.parse", run: parse },
    ...Array.from(checks, ([name, check]) => ({
      name: `JSON.parse, ${name}`,
      run: (index: number) => check(parse(index)),
      check: name,
    })),
  ];
}

function fromBytes({ sample: { texts }, contract, checks }: Subject): Group {
  const bytes = texts.map((text) => Buffer.from(text));
  const parse = (index: number): unknown => JSON.parse(`${bytes[index]}`);
  return [
    { name: "JSON.parse of bytes", run: parse },
    {
      name: "Eventwright deserialize",
      run: (index) => contract.deserialize(bytes[index] ?? new Uint8Array()),
      check: "Eventwright",
    },
    ...withCheck(checks, "ajv standalone", (name, check) => ({
      name: `JSON.parse of bytes, ${name}`,
      run: (index) => check(parse(index)),
    })),
  ];
}

function toText(subject: Subject): Group {
  const { texts, schema } = subject.sample;
  const { checks } = subject;
  const values = texts.map((text): unknown => JSON.parse(text));
  const fastJson = makeFastJson(schema);
  return [
    { name: "JSON.stringify", run: (index) => JSON.stringify(values[index]) },
    {
      name: "Eventwright as writer, JSON.stringify",
      run: (index) => {
        subject.contract.assert(values[index], "publish");
        return JSON.stringify(values[index]);
      },
      check: "Eventwright",
    },
    ...[...checks.keys()]
      .filter((name) => name !== "Eventwright")
      .flatMap((checker) =>
        withCheck(checks, checker, (name, check) => ({
          name: `${name}, JSON.stringify`,
          run: (index) => check(values[index]) && JSON.stringify(values[index]),
        })),
      ),
    { name: "fast-json-stringify", run: (index) => fastJson(values[index]) },
    ...withCheck(checks, "ajv standalone", (name, check) => ({
      name: `${name}, fast-json-stringify`,
      run: (index) => check(values[index]) && fastJson(values[index]),
    })),
  ];
}

function toBytes({ sample: { texts }, contract, checks }: Subject): Group {
  const values = texts.map((text): unknown => JSON.parse(text));
  const stringify = (index: number): Uint8Array => Buffer.from(JSON.stringify(values[index]));
  return [
    { name: "JSON.stringify to bytes", run: stringify },
    {
      name: "Eventwright serialize",
      run: (index) => contract.serialize(values[index]),
      check: "Eventwright",
    },
    ...withCheck(checks, "ajv standalone", (name, check) => ({
      name: `${name}, JSON.stringify to bytes`,
      run: (index) => check(values[index]) && stringify(index),
    })),
  ];
}

/** A case with the check of that name. */
function withCheck(
  checks: ReadonlyMap<string, Check>,
  name: string,
  make: (name: string, check: Check) => Case,
): readonly Case[] {
  const check = checks.get(name);
  return check === undefined ? [] : [{ ...make(name, check), check: name }];
}
