import { Buffer } from "node:buffer";
import { describe, expect, test } from "vitest";
import { DocumentReader } from "../../../runtime/src/broker/redis/document-reader.js";
import { HeadReader } from "../../../runtime/src/broker/redis/head-reader.js";

const place = { address: "orders", channel: "orders", durable: true, kind: "event" } as const;

const constants = '{"specversion":"1.0","source":"shop","type":"Placed","datacontenttype":"application/json"';

/** A document as our writer makes them; `rest` stands between its constants and its payload. */
const documentOf = (rest: string, beginning = constants): Buffer =>
  Buffer.from(`${beginning}${rest},\t"data":{"n":1}}`);

const usual = documentOf(',"id":"1","time":"2026-01-01T00:00:00.000Z"');

describe("redis broker, documents that resemble the one before", () => {
  test("are read without being parsed", () => {
    const heads = new HeadReader();
    expect(heads.read(usual)).toBe(undefined);
    heads.learn({
      source: "shop",
      type: "Placed",
      datacontenttype: "application/json",
    });
    const read = heads.read(documentOf(',"id":"2","time":"now"'));
    expect(read?.attributes).toMatchObject({ source: "shop", type: "Placed", id: "2", time: "now" });
  });

  const others = [
    documentOf(',"id":"2","time":"now"'),
    documentOf(',"id":"","time":""'),
    documentOf(',"id":"a\\"b\\\\","time":"now"'),
    documentOf(',"id":"\\u00e9","time":"now"'),
    documentOf(',"id":"é😀","time":"n\u00fcw"'),
    documentOf(',"id":"line\nbreak","time":"now"'),
    documentOf(',"id":"2","time":"now","id":"3"'),
    documentOf(',"id":"2","time":"now","subject":"key","tenant":"acme"'),
    documentOf(',"id":"2","time":"now","ewaddress":"orders.eu"'),
    documentOf(',"id":"2","time":7'),
    documentOf(',"id":"2"'),
    documentOf(',"id":"2","time":"now', constants),
    documentOf(',"id":"2","time":"now"', constants.replace("shop", "shop2")),
    documentOf(',"id":"2","time":"now"', constants.replace('"shop"', '"shop","id":"1"')),
    documentOf(',"id":"2","time":"now"', '{"specversion":"1.0","source":"a","type":"b"'),
    Buffer.from(`${constants},"id":"2","time":"now"}`),
    Buffer.from(constants),
    usual.subarray(0, 60),
    usual.subarray(0, -10),
    Buffer.concat([Buffer.from(`${constants},"id":"`), Buffer.from([0xff, 0xfe]), usual.subarray(-50)]),
    Buffer.from(""),
  ];

  test.each(others.map((document) => [document.toString()]))("are read as others: %j", (text) => {
    const document = others.find((other) => other.toString() === text) ?? Buffer.alloc(0);
    const experienced = new DocumentReader();
    experienced.read(usual, place);
    expect(experienced.read(document, place)).toEqual(new DocumentReader().read(document, place));
    // Whatever it has learned from that one must not change how it reads the usual one.
    expect(experienced.read(usual, place)).toEqual(new DocumentReader().read(usual, place));
  });
});
