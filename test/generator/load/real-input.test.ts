import { describe, expect, test } from "vitest";
import { loadContracts } from "../../../generator/src/load/load-contracts.js";
import type { ContractSet } from "../../../generator/src/model/contract.js";
import { makeFolder } from "../../helpers/folders.js";
import { writeWebhooksChannel } from "../../helpers/webhooks.js";
import { type Files, workingFolder } from "./load-files.js";

const root = new URL("../../..", import.meta.url).pathname;

/** Whatever the case, no two types have one name, and no two modules or folders one path. */
function expectUnique({ types, channels }: ContractSet): void {
  const names = types.map(({ name }) => name.toLowerCase());
  expect(new Set(names).size).toBe(names.length);
  const modules = new Set(types.map(({ module }) => module));
  expect(new Set([...modules].map((module) => module.toLowerCase())).size).toBe(modules.size);
  const contractModules = channels.flatMap(({ contracts }) =>
    contracts.map((contract) => contract.names.module),
  );
  expect(new Set(contractModules).size).toBe(contractModules.length);
}

describe("load: real input", () => {
  test("the example shop", () => {
    const { set, inputs } = loadContracts({ schemas: "schemas", roots: [], workingFolder: root });
    expect(set.channels.map(({ name }) => name)).toContain("orders");
    expect(inputs.map(({ file }) => file)).toContain("schemas/orders/orders.channel.json");
    const placed = set.types.find(({ name }) => name === "OrderPlaced");
    expect(placed).toMatchObject({
      module: "orders/order-placed",
      key: "schemas/orders/order-placed.schema.json#",
    });
    expectUnique(set);
  });

  test("all GitHub webhooks, as one event each, in well below two seconds", async () => {
    const folder = makeFolder();
    const { schemas, root: packageFolder } = await writeWebhooksChannel(folder);
    const start = process.cpuUsage();
    const { set } = loadContracts({ schemas, roots: [packageFolder], workingFolder: folder });
    const { user, system } = process.cpuUsage(start);
    const [channel] = set.channels;
    expect(channel?.contracts).toHaveLength(224);
    expect(set.types).toHaveLength(291);
    expect(set.types.filter(({ module }) => module.startsWith("shared/"))).toHaveLength(63);
    expect(channel?.contracts.find(({ name }) => name === "StarCreated")?.payload).toMatch(
      /schema\.json#\/definitions\/star\$created$/,
    );
    expectUnique(set);
    expect((user + system) / 1_000_000).toBeLessThan(2);
  });
});

/** So many copies of one channel, in a folder each, with types of their own and one that all share. */
function copies(count: number): Files {
  const event = (ref: string) => ({ payload: { $ref: ref }, key: "/id" });
  const numbers = Array.from({ length: count }, (_, index) => index);
  const channels = numbers.flatMap((number): [string, unknown][] => [
    [
      `schemas/c${number}/c.channel.json`,
      {
        channel: `c${number}`,
        events: {
          [`Placed${number}`]: event("placed.schema.json"),
          [`Sent${number}`]: event("sent.schema.json"),
        },
      },
    ],
    ...["placed", "sent"].map((name): [string, unknown] => [
      `schemas/c${number}/${name}.schema.json`,
      {
        type: "object",
        properties: { id: { $ref: "../common/id.schema.json" }, line: { $ref: "#/$defs/line" } },
        $defs: { line: { type: "string" } },
      },
    ]),
  ]);
  return { "schemas/common/id.schema.json": { type: "string" }, ...Object.fromEntries(channels) };
}

test("load: the time for copied channels grows with their number, not faster", () => {
  const cpuTime = (count: number): number => {
    const folder = workingFolder(copies(count));
    const times = [1, 2].map(() => {
      const start = process.cpuUsage();
      const { set } = loadContracts({ schemas: "schemas", roots: [], workingFolder: folder });
      const { user, system } = process.cpuUsage(start);
      expect(set.channels).toHaveLength(count);
      expect(set.types).toHaveLength(4 * count + 1);
      return user + system;
    });
    return Math.min(...times);
  };
  cpuTime(50);
  // Five times as many: 5 when linear, 25 when quadratic.
  expect(cpuTime(500) / cpuTime(100)).toBeLessThan(12);
});
