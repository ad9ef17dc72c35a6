import { createRequire } from "node:module";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contractList, rootIndex, sharedIndex } from "../../../generator/src/emit/emit-indexes.js";
import { runtimeImports } from "../../../generator/src/emit/runtime-imports.js";
import { coreAttributes } from "../../../generator/src/model/check-headers.js";
import {
  camelCase,
  channelBase,
  channelFolder,
  isTypeName,
  kebabCase,
  moduleIn,
  ownNames,
  typeName,
} from "../../../generator/src/model/names.js";
import { isReservedName } from "../../../generator/src/model/reserved-names.js";
import { reservedNames } from "../../../runtime/src/headers.js";

/** How json-schema-to-typescript renames what it is asked for. */
const { toSafeString }: { toSafeString: (name: string) => string } = createRequire(import.meta.url)(
  "json-schema-to-typescript/dist/src/utils.js",
);

const anyName = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc.string({ unit: fc.constantFrom(..."aZbY09_-.$/ é"), maxLength: 12 }),
);
const anyTypeName = fc
  .string({ unit: fc.constantFrom(..."AaBb1_"), minLength: 1, maxLength: 8 })
  .filter(isTypeName);
const anyChannel = fc
  .string({ unit: fc.constantFrom(..."aAbB1._-"), minLength: 1, maxLength: 8 })
  .filter((name) => /^(?!.*\.\.)[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(name));

describe("names: a type name", () => {
  test.each([
    ["order-placed", "OrderPlaced"],
    ["star$created", "StarCreated"],
    ["issue_comment$created", "IssueCommentCreated"],
    ["orderPlaced", "OrderPlaced"],
    ["URL", "URL"],
    ["ORDER_PLACED", "OrderPlaced"],
    ["user-SKU", "UserSKU"],
    ["log2b", "Log2B"],
    ["2fa", "Type2Fa"],
    ["Größe", "Groe"],
    ["café au lait", "CafeAuLait"],
    ["注文", "Payload"],
    ["🚀", "Payload"],
    ["__proto__", "Proto"],
    ["../../etc/passwd", "EtcPasswd"],
    ["a*/b", "AB"],
  ])("of %j is %s", (text, name) => {
    expect(typeName(text)).toBe(name);
  });

  test("of any text is one that TypeScript takes and json-schema-to-typescript leaves as it is", () => {
    fc.assert(
      fc.property(anyName, (text) => {
        const name = typeName(text);
        expect(name).toMatch(/^[A-Z][A-Za-z0-9]*$/);
        expect(toSafeString(name)).toBe(name);
        expect(isTypeName(name)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test("that a user may write is left as it is by json-schema-to-typescript", () => {
    fc.assert(
      fc.property(anyTypeName, (name) => {
        expect(toSafeString(name)).toBe(name);
      }),
    );
  });

  test("of a schema is its own, then with its file, then with its folder", () => {
    expect(ownNames("schemas/orders/order-placed.schema.json", "")).toEqual([
      "OrderPlaced",
      "OrdersOrderPlaced",
    ]);
    expect(ownNames("schemas/orders/common.json", "/$defs/postal-address")).toEqual([
      "PostalAddress",
      "CommonPostalAddress",
      "OrdersCommonPostalAddress",
    ]);
    expect(ownNames("a.channel.json", "/events/Happened/payload/properties/lines/items")[0]).toBe(
      "LinesItems",
    );
    expect(ownNames("schema.json", "/definitions/注文")).toEqual(["Schema"]);
    expect(ownNames("注文.json", "")).toEqual([]);
  });
});

describe("names: of channels", () => {
  test.each([
    ["orders", "Orders", "orders"],
    ["user.created", "UserCreated", "user.created"],
    ["user_created", "User_Created", "user_created"],
    ["user-created", "UserCreated", "user-created"],
    ["ordersEU", "OrdersEU", "orders-eu"],
    ["9lives", "Type9Lives", "9lives"],
    ["constructor", "Constructor", "constructor"],
  ])("%s is %s, in the folder %s", (channel, base, folder) => {
    expect([channelBase(channel), channelFolder(channel)]).toEqual([base, folder]);
  });

  test.each([
    "index",
    "contracts",
    "shared",
    "node_modules",
    "package.json",
    "index.js",
    "con",
    "NUL",
    "com1.orders",
  ])("the folder of %s is not what something else needs", (channel) => {
    expect(channelFolder(channel)).toBe(`_${kebabCase(channel)}`);
  });

  test.each([rootIndex, contractList, sharedIndex.replace("/index", "")])(
    "do not take the folder of the module %s of the output",
    (module) => {
      expect(channelFolder(module)).toBe(`_${module}`);
    },
  );

  test("begin with a name that json-schema-to-typescript leaves as it is", () => {
    fc.assert(
      fc.property(anyChannel, (channel) => {
        expect(toSafeString(channelBase(channel))).toBe(channelBase(channel));
      }),
    );
  });

  test("have different folders when their names differ by more than case and punctuation", () => {
    fc.assert(
      fc.property(anyChannel, anyChannel, (one, other) => {
        fc.pre(channelBase(one).toLowerCase() !== channelBase(other).toLowerCase());
        expect(channelFolder(one).toLowerCase()).not.toBe(channelFolder(other).toLowerCase());
      }),
    );
  });
});

describe("names: of members and modules", () => {
  test.each([
    ["OrderPlaced", "orderPlaced", "order-placed"],
    ["OrderPlacedV2", "orderPlacedV2", "order-placed-v2"],
    ["URLChanged", "urlChanged", "url-changed"],
    ["SKU", "sku", "sku"],
    ["HTTP2Used", "http2Used", "http2-used"],
    ["Order_Placed", "order_Placed", "order_placed"],
    ["A", "a", "a"],
  ])("%s is %s and %s", (name, member, file) => {
    expect([camelCase(name), kebabCase(name)]).toEqual([member, file]);
  });

  test("differ where names differ by more than case", () => {
    fc.assert(
      fc.property(anyTypeName, anyTypeName, (one, other) => {
        fc.pre(one.toLowerCase() !== other.toLowerCase());
        expect(kebabCase(one)).not.toBe(kebabCase(other));
        expect(camelCase(one)).not.toBe(camelCase(other));
      }),
      { numRuns: 2_000 },
    );
  });

  test.each(["Index", "Con", "NUL", "Com1", "LPT9", "OrdersChannel"])(
    "%s gives way to what else has its file",
    (name) => {
      const module = moduleIn("orders", name, ["orders/orders-channel"]);
      expect(module).toBe(`orders/_${kebabCase(name)}`);
      expect(isTypeName(`_${name}`)).toBe(false);
    },
  );
});

test("names: of headers that the generator refuses are those that the runtime refuses", () => {
  expect([...coreAttributes].sort()).toEqual([...reservedNames].sort());
});

describe("names: reserved", () => {
  test("are all globals of the language, words and what generated modules import", () => {
    const globals: readonly string[] = runInNewContext("Object.getOwnPropertyNames(globalThis)");
    const types = globals.filter((name) => /^[A-Z]/.test(name));
    expect(types.length).toBeGreaterThan(40);
    const imported = Object.keys(runtimeImports).filter((name) => /^[A-Z]/.test(name));
    expect(imported).toContain("EventContract");
    const needed = [...types, ...imported];
    expect(needed.filter((name) => !isReservedName(name))).toEqual([]);
  });

  test.each(["OrderPlaced", "Notification", "Location", "Event", "Request", "Package", "Delete", "Json"])(
    "is not %s",
    (name) => {
      expect(isReservedName(name)).toBe(false);
    },
  );
});
