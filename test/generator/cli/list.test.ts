import { describe, expect, test } from "vitest";
import { makeFolder } from "../../helpers/folders.js";
import { runCli } from "../../helpers/run-cli.js";

const orders = {
  channel: "orders",
  description: "The life of an order.",
  owner: "checkout",
  address: "shop.orders.{region}",
  parameters: { region: { enum: ["eu", "us"] } },
  durable: true,
  events: {
    OrderPlaced: {
      deprecated: true,
      description: "Accepted.",
      payload: { $ref: "o.schema.json" },
      key: "/id",
    },
    OrderPlacedV2: { payload: { $ref: "o.schema.json" }, type: "shop.placed", version: 2 },
  },
  commands: { CancelOrder: { payload: { type: "string" } } },
  queries: { GetOrder: { reply: { $ref: "o.schema.json" } } },
};

const folderWith = (bell: object): string =>
  makeFolder({
    "schemas/orders.channel.json": JSON.stringify(orders),
    "schemas/o.schema.json": JSON.stringify({ type: "object", properties: { id: { type: "string" } } }),
    "schemas/bells.channel.json": JSON.stringify(bell),
  });

const bells = { channel: "bells", events: { Rung: {} } };

describe("list", () => {
  test("prints every contract in aligned columns", () => {
    expect(runCli(folderWith(bells), "list")).toEqual({
      code: 0,
      stdout: [
        "CHANNEL  KIND     CONTRACT                  VERSION  OWNER     ADDRESS",
        "bells    event    Rung                      1        -         bells",
        "orders   command  CancelOrder               1        checkout  shop.orders.{region}",
        "orders   query    GetOrder                  1        checkout  shop.orders.{region}",
        "orders   event    OrderPlaced (deprecated)  1        checkout  shop.orders.{region}",
        "orders   event    OrderPlacedV2             2        checkout  shop.orders.{region}",
        "",
      ].join("\n"),
      stderr: "",
    });
  });

  test("prints one JSON object for machines", () => {
    const { code, stdout } = runCli(folderWith(bells), "list", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      ok: true,
      channels: [
        {
          name: "bells",
          address: "bells",
          durable: false,
          contracts: [{ name: "Rung", kind: "event", type: "bells.Rung.v1", version: 1 }],
        },
        {
          name: "orders",
          address: "shop.orders.{region}",
          durable: true,
          owner: "checkout",
          description: "The life of an order.",
          contracts: [
            { name: "CancelOrder", kind: "command", type: "orders.CancelOrder.v1", version: 1 },
            { name: "GetOrder", kind: "query", type: "orders.GetOrder.v1", version: 1 },
            {
              name: "OrderPlaced",
              kind: "event",
              type: "orders.OrderPlaced.v1",
              version: 1,
              key: "/id",
              description: "Accepted.",
              deprecated: true,
            },
            { name: "OrderPlacedV2", kind: "event", type: "shop.placed", version: 2 },
          ],
        },
      ],
    });
  });

  test("an owner cannot forge lines or commands", () => {
    const { stdout } = runCli(folderWith({ ...bells, owner: "a\n::error::b\u001b[2K" }), "list");
    expect(stdout).toContain("a\\u{a}::error::b\\u{1b}[2K");
    expect(stdout.split("\n")).toHaveLength(7);
  });

  test("reports findings as generate does", () => {
    const { code, stdout, stderr } = runCli(folderWith({ chanel: "bells" }), "list");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^schemas\/bells\.channel\.json:1:2 \/chanel: .*did you mean "channel"/m);
  });
});
