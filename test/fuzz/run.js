// npm run fuzz -- --minutes 10: random schemas for so long, others each time.
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";

const { minutes } = parseArgs({ options: { minutes: { type: "string", default: "1" } } }).values;
if (!(Number(minutes) > 0)) throw new Error(`expected --minutes with a number above 0, got ${minutes}`);
const { status } = spawnSync("npx", ["vitest", "run", "--project", "main", "test/fuzz"], {
  stdio: "inherit",
  env: { ...process.env, EVENTWRIGHT_FUZZ_MINUTES: minutes },
});
process.exitCode = status ?? 1;
