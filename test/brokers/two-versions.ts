import type { EventBus, EventBusOptions } from "@eventwright/runtime";
import { defineChannel, defineEvent, type EventContract } from "@eventwright/runtime/contract";
import { expect, test } from "vitest";
import { waitUntil } from "../helpers/servers/wait-until.js";

interface Order {
  readonly n: number;
  /** New in the program's newer version. */
  readonly note?: string;
}

type MakeBus = (options: Pick<EventBusOptions, "contracts">) => EventBus;

/** The contracts of a program in its older and in its newer version, on a channel of their own. */
function versions() {
  const run = crypto.randomUUID().slice(0, 8);
  const channel = defineChannel({ name: `shop-${run}`, address: `shop.${run}`, durable: true });
  const contract = (name: string, version: number): EventContract<Order> => {
    const type = `shop.${run}.${name}.v${version}`;
    return defineEvent<Order>({
      name: `${name}${version}`,
      channel,
      type,
      version,
      payload: () => undefined,
    });
  };
  const [placed, cancelled] = [contract("Placed", 1), contract("Cancelled", 1)];
  return { placed, cancelled, placedNew: contract("Placed", 2) };
}

/** Two versions of a program work at once, as instances of one listener. */
export function testTwoVersions(broker: string, makeBus: MakeBus): void {
  test(`${broker} broker: an older instance takes fields that it does not know, and keeps versions that it does not know as dead letters`, async () => {
    const { placed, cancelled, placedNew } = versions();
    const handled: { readonly by: string; readonly type: string; readonly order: Order }[] = [];
    const listen = (by: string, contracts: readonly EventContract<Order>[]): EventBus => {
      const bus = makeBus({ contracts });
      return bus.listen(
        contracts,
        (order, { envelope: { type } }) => void handled.push({ by, type, order }),
        { name: "printer" },
      );
    };
    const older = listen("older", [placed, cancelled]);
    const newer = listen("newer", [placed, cancelled, placedNew]);
    await older.start();
    await newer.start();
    const numbersOf = ({ type }: EventContract<Order>, by?: string): number[] =>
      handled.flatMap((one) => (one.type === type && (by ?? one.by) === one.by ? one.order.n : []));

    let sent = 0;
    await waitUntil("both have had some with a new field", 20_000, async () => {
      await newer.publish(placed, { n: ++sent, note: "urgent" });
      return numbersOf(placed, "older").length > 0 && numbersOf(placed, "newer").length > 0;
    });
    await waitUntil("all are handled", 20_000, () => numbersOf(placed).length === sent);
    expect(handled.every(({ order }) => order.note === "urgent")).toBe(true);
    await older.publish(placed, { n: ++sent });
    await waitUntil("one without it is handled", 20_000, () => numbersOf(placed).includes(sent));

    let sentNew = 0;
    await waitUntil("the older one has had some of the new version", 20_000, async () => {
      await newer.publish(placedNew, { n: ++sentNew });
      return (await newer.deadLetters.list("printer")).length > 0;
    });
    await older.close();
    const letters = await lettersOf(newer, () => sentNew - numbersOf(placedNew).length);
    expect(new Set(letters.map(({ reason }) => reason))).toEqual(new Set(["unknown"]));
    for (const { id } of letters) expect(await newer.deadLetters.replay("printer", id)).toBe(true);
    await waitUntil("none is lost", 20_000, () => numbersOf(placedNew).length === sentNew);
    expect(new Set(numbersOf(placedNew)).size).toBe(sentNew);
    expect(numbersOf(placedNew, "older")).toEqual([]);
  }, 90_000);
}

/** The dead letters once there are so many. */
async function lettersOf(bus: EventBus, count: () => number) {
  await waitUntil("what is not handled is among the dead letters", 20_000, async () => {
    return (await bus.deadLetters.list("printer")).length === count();
  });
  return await bus.deadLetters.list("printer");
}
