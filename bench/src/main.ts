/** `npm run bench -- NAME [arguments]`: runs one benchmark and prints its table. Each is loaded only when asked for. */
const benches: ReadonlyMap<string, () => Promise<{ run(args: readonly string[]): Promise<void> }>> = new Map([
  ["amqp", () => import("./amqp.js")],
  ["boundary", () => import("./boundary.js")],
  ["generate", () => import("./generate.js")],
  ["local", () => import("./local.js")],
  ["redis", () => import("./redis.js")],
  ["size", () => import("./size.js")],
]);

const [name = "", ...args] = process.argv.slice(2);
const bench = benches.get(name);
if (bench === undefined) {
  console.error(`usage: npm run bench -- NAME, with a NAME of ${[...benches.keys()].join(", ")}`);
  process.exitCode = 2;
} else {
  await (await bench()).run(args);
}
