import { describe, expect, test } from "vitest";
import { defaultLimits } from "../../../generator/src/payload/limit-problems.js";
import { defaultLimits as runtimeLimits } from "../../../runtime/src/contract/limits.js";
import { makeFolder } from "../../helpers/folders.js";
import { runCli } from "../../helpers/run-cli.js";

const channel = {
  channel: "orders",
  events: { OrderPlaced: { payload: { $ref: "order.schema.json" } }, CartEmptied: {} },
  queries: { GetOrder: { payload: { type: "string" }, reply: { $ref: "order.schema.json" } } },
};

const order = {
  type: "object",
  properties: {
    id: { type: "string", minLength: 3, pattern: "^[A-Z]" },
    lines: {
      type: "array",
      items: { type: "object", properties: { count: { type: "integer", minimum: 1 } }, required: ["count"] },
    },
  },
  required: ["id", "lines", "total"],
};

/** A folder with these contracts and payload files. */
const folderWith = (payloads: Readonly<Record<string, string>>): string =>
  makeFolder({
    "schemas/orders.channel.json": JSON.stringify(channel),
    "schemas/order.schema.json": JSON.stringify(order),
    ...payloads,
  });

const wrong = `{
  "id": "x",
  "lines": [
    { "count": 0, "note": "a secret" }, {}
  ],
  "extra": 1
}
`;

describe("validate", () => {
  test("lists all problems of a payload with their places", () => {
    expect(runCli(folderWith({ "wrong.json": wrong }), "validate", "OrderPlaced", "wrong.json")).toEqual({
      code: 1,
      stdout: "",
      stderr: [
        "wrong.json:1:1 /total: expected a value, got nothing [required]",
        "wrong.json:2:3 /id: expected at least 3 characters, got text of 1 character [minLength]",
        'wrong.json:2:3 /id: expected text that matches "^[A-Z]", got text of 1 character [pattern]',
        "wrong.json:4:7 /lines/0/count: expected at least 1, got an integer [minimum]",
        "wrong.json:4:41 /lines/1/count: expected an integer, got nothing [required]",
        "1 file checked against OrderPlaced: 5 problems",
        "",
      ].join("\n"),
    });
  });

  test("as a writer, undeclared members are problems too", () => {
    const { code, stderr } = runCli(
      folderWith({ "wrong.json": wrong }),
      "validate",
      "OrderPlaced",
      "wrong.json",
      "--as",
      "writer",
    );
    const undeclared = "expected no member of this name: the schema does not declare it";
    expect(code).toBe(1);
    expect(stderr).toContain(`wrong.json:4:19 /lines/0/note: ${undeclared}, got text of 8 characters`);
    expect(stderr).toContain(`wrong.json:6:3 /extra: ${undeclared}, got an integer`);
    expect(stderr).toContain("7 problems");
  });

  test("says so when nothing is wrong, with code 0", () => {
    const right = '{ "id": "A17", "lines": [], "total": 1, "added": true }';
    const folder = folderWith({ "a.json": right, "sub/b.json": right });
    expect(runCli(folder, "validate", "OrderPlaced", "a.json", "sub/b.json")).toEqual({
      code: 0,
      stdout: "2 files checked against OrderPlaced: no problem\n",
      stderr: "",
    });
  });

  test("checks replies, and payloads that there must not be", () => {
    const folder = folderWith({ "reply.json": '{ "id": "A17", "lines": [] }', "id.json": '"A17"' });
    expect(runCli(folder, "validate", "GetOrder", "id.json").code).toBe(0);
    expect(runCli(folder, "validate", "GetOrder", "reply.json", "--reply").stderr).toMatch(
      /^reply.json:1:1 \/total/,
    );
    expect(runCli(folder, "validate", "CartEmptied", "id.json").stderr).toMatch(
      /^id.json:1:1: expected no payload, got a value \[payload\]/,
    );
    expect(runCli(folder, "validate", "OrderPlaced", "id.json", "--reply")).toEqual({
      code: 2,
      stdout: "",
      stderr: "error: cannot check replies to OrderPlaced: it is an event, which nobody answers\n",
    });
  });

  test("broken files are problems beside the others", () => {
    const folder = folderWith({
      "a.json": '{ "id": }',
      "b.json": '{ "id": "A17", "id": "A18" }',
      "c.json": "1",
    });
    const { code, stderr } = runCli(
      folder,
      "validate",
      "OrderPlaced",
      "a.json",
      "b.json",
      "c.json",
      "none.json",
    );
    expect(code).toBe(1);
    expect(stderr.split("\n")).toEqual([
      "a.json:1:9 /id: expected a value [json-syntax]",
      'b.json:1:16 /id: expected each member once, got "id" twice; the first one is at 1:3 [duplicate-member]',
      "c.json:1:1: expected an object, got an integer [type]",
      "none.json:1:1: expected a file, got nothing [unreadable-file]",
      "4 files checked against OrderPlaced: 4 problems",
      "",
    ]);
  });

  test("prints one JSON object for machines", () => {
    const folder = folderWith({ "c.json": "1", "d.json": '{ "id": "A17", "lines": [], "total": 1 }' });
    const { code, stdout } = runCli(folder, "validate", "OrderPlaced", "c.json", "--json");
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toEqual({
      ok: false,
      files: 1,
      findings: [
        {
          file: "c.json",
          line: 1,
          column: 1,
          pointer: "",
          rule: "type",
          message: "expected an object, got an integer",
        },
      ],
    });
    const right = runCli(folder, "validate", "OrderPlaced", "d.json", "--json");
    expect(JSON.parse(right.stdout)).toEqual({ ok: true, files: 1, findings: [] });
  });

  test("an unknown contract gets the nearest name, a contract with findings its findings", () => {
    const folder = folderWith({ "c.json": "1" });
    expect(runCli(folder, "validate", "OrderPlacd", "c.json")).toEqual({
      code: 2,
      stdout: "",
      stderr: 'error: unknown contract "OrderPlacd"; did you mean "OrderPlaced"?\n',
    });
    const bad = makeFolder({ "schemas/a.channel.json": '{ "chanel": "a" }', "c.json": "1" });
    expect(runCli(bad, "validate", "OrderPlaced", "c.json")).toMatchObject({ code: 1, stdout: "" });
  });

  test("a member name cannot forge lines or commands", () => {
    const forged = '{ "id": "A17", "lines": [], "total": 1, "a\\n::error::b": 1 }';
    const { stderr } = runCli(
      folderWith({ "c.json": forged }),
      "validate",
      "OrderPlaced",
      "c.json",
      "--as",
      "writer",
    );
    expect(stderr).toContain("/a\\u{a}::error::b: expected no member");
    expect(stderr.split("\n")).toHaveLength(3);
  });

  test("holds payloads and replies to the limits of the channel, not to the white space of a file", () => {
    const limits = { maxBytes: 60, maxDepth: 2, maxItems: 3, safeIntegers: true };
    const any = { payload: {}, reply: {} };
    const folder = makeFolder({
      "schemas/c.channel.json": JSON.stringify({ channel: "c", limits, queries: { Ask: any } }),
      "fits.json": `{"a":${" ".repeat(100)}[1]}`,
      "deep.json": '{"a":[1,[[]]]}',
      "many.json": "[1,2,3,4]",
      "long.json": JSON.stringify("é".repeat(30)),
      "large.json": '{"a":[9007199254740992]}',
    });
    const files = ["fits.json", "deep.json", "many.json", "long.json", "large.json"];
    const wanted = [
      "deep.json:1:1: expected at most 3 members and items in all, got 4 [maxItems]",
      "deep.json:1:9 /a/1: expected at most 2 levels of objects and arrays, got one more [maxDepth]",
      "large.json:1:7 /a/0: expected an integer that JavaScript can tell from its neighbours, got a larger one [safeIntegers]",
      "long.json:1:1: expected at most 60 bytes of JSON, got 62 [maxBytes]",
      "many.json:1:1: expected at most 3 members and items in all, got 4 [maxItems]",
      "5 files checked against Ask: 5 problems",
    ];
    for (const reply of [[], ["--reply"]]) {
      const { code, stderr } = runCli(folder, "validate", "Ask", ...files, ...reply);
      expect(stderr.trimEnd().split("\n")).toEqual(wanted);
      expect(code).toBe(1);
    }
  });

  test("knows the limits that hold where a channel sets none", () => {
    expect(defaultLimits).toEqual(runtimeLimits);
  });
});
