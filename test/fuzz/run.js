// npm run fuzz -- --minutes 10: random schemas for so long, others each time.
// npm run fuzz -- --seed 123: one batch again.
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";

const options = { minutes: { type: "string", default: "1" }, seed: { type: "string" } };
const { minutes, seed } = parseArgs({ options }).values;
if (!(Number(minutes) > 0)) throw new Error(`expected --minutes with a number above 0, got ${minutes}`);
const wanted = seed === undefined ? { EVENTWRIGHT_FUZZ_MINUTES: minutes } : { EVENTWRIGHT_FUZZ_SEED: seed };
const { status } = spawnSync("npx", ["vitest", "run", "--project", "main", "test/fuzz"], {
  stdio: "inherit",
  env: { ...process.env, ...wanted },
});
process.exitCode = status ?? 1;
