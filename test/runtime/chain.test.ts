import { expect, test } from "vitest";
import { Chain, type Link } from "../../runtime/src/chain.js";

class Item implements Link<Item> {
  previous: Item | undefined;
  next: Item | undefined;
}

test("chain: holds its items in order, each once, and lets any of them go", () => {
  const chain = new Chain<Item>();
  const [first, second, third] = [new Item(), new Item(), new Item()];
  for (const item of [first, second, third]) chain.add(item);
  expect(chain.toArray()).toEqual([first, second, third]);
  expect([chain.delete(second), chain.delete(second), chain.has(second)]).toEqual([true, false, false]);
  expect(chain.toArray()).toEqual([first, third]);
  chain.add(second);
  expect(chain.toArray()).toEqual([first, third, second]);
  for (const item of [third, first, second]) expect(chain.delete(item)).toBe(true);
  expect([chain.size, chain.toArray()]).toEqual([0, []]);
  expect([first, second, third]).toEqual([new Item(), new Item(), new Item()]);
  chain.add(third);
  chain.add(first);
  expect([chain.has(third), chain.delete(first), chain.has(first)]).toEqual([true, true, false]);
  chain.add(second);
  expect(chain.toArray()).toEqual([third, second]);
});
