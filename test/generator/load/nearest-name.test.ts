import { describe, expect, test } from "vitest";
import { nearestName, suggestion } from "../../../generator/src/nearest-name.js";

const names = ["channel", "description", "owner", "address", "durable", "key", "type"];

describe("nearest name", () => {
  test.each([
    ["adress", "address"],
    ["addresses", "address"],
    ["Channel", "channel"],
    ["cahnnel", "channel"],
    ["chanel", "channel"],
    ["ky", "key"],
    ["tpye", "type"],
    ["kye", "key"],
  ])("%s is most likely %s", (name, nearest) => {
    expect(nearestName(name, names)).toBe(nearest);
  });

  test.each(["", "k", "xy", "adrs", "payload", "constructor", "__proto__"])("%j is near to none", (name) => {
    expect(nearestName(name, names)).toBeUndefined();
    expect(suggestion(name, names)).toBe("");
  });

  test("is the nearest, and of equals the first", () => {
    expect(nearestName("abcd", ["abxx", "abcx", "abcy"])).toBe("abcx");
    expect(suggestion("abcd", ["abcx"])).toBe('; did you mean "abcx"?');
  });
});
