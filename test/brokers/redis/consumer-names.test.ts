import { expect, test } from "vitest";
import { ConsumerNames } from "../../../runtime/src/broker/redis/consumer-names.js";

const connect = (names: ConsumerNames, times: number): void => {
  for (let time = 0; time < times; time++) names.next();
};

test("redis consumer names: each connection has its own, and all before are known, however many", () => {
  const names = new ConsumerNames("shop", 1_000);
  connect(names, 12);
  expect(names.current).toBe("shop.12");
  expect(names.earlier).toEqual(Array.from({ length: 11 }, (_, index) => `shop.${index + 1}`));
});

test("redis consumer names: one is forgotten once the server had time to notice the end of its connection", () => {
  const names = new ConsumerNames("shop", 1_000);
  connect(names, 2);
  expect(names.seen(["shop.1"], 5_000)).toEqual([]);
  expect(names.seen(["shop.1"], 5_999)).toEqual([]);
  expect(names.earlier).toEqual(["shop.1"]);
  expect(names.seen(["shop.1"], 6_000)).toEqual(["shop.1"]);
  expect(names.earlier).toEqual([]);
});

test("redis consumer names: one that was not asked for is kept, however long ago", () => {
  const names = new ConsumerNames("shop", 1_000);
  connect(names, 2);
  names.seen(["shop.1"], 0);
  connect(names, 1);
  expect(names.seen(["shop.1"], 60_000)).toEqual(["shop.1"]);
  expect(names.earlier).toEqual(["shop.2"]);
  expect(names.seen(["shop.2"], 120_000)).toEqual([]);
});
