import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { freePort, freePorts, withInstallLock } from "../helpers/servers/ports.js";
import { runModule } from "./own-process.js";

const printPorts = (count: number): string =>
  `import { freePorts } from "./ports.js";
   console.log(JSON.stringify(await freePorts(${count})));
   process.stdin.resume();`;

test("ports: all differ, in this process and in others, and lie below the ephemeral ones", async () => {
  const others = await Promise.all([1, 2].map(() => runModule(printPorts(120))));
  const theirs: number[] = others.flatMap(({ line }) => JSON.parse(line));
  const ports = [...theirs, ...(await freePorts(120))];
  expect(new Set(ports).size).toBe(360);
  expect(Math.min(...ports)).toBeGreaterThan(10_000);
  expect(Math.max(...ports)).toBeLessThan(32_768);
  for (const { child } of others) child.kill();
});

test("ports: one that somebody listens on is passed over", async () => {
  const port = await freePort();
  const foreign = createServer().listen(port + 1, "127.0.0.1");
  await once(foreign, "listening");
  expect(await freePorts(3)).not.toContain(port + 1);
  foreign.close();
});

test("ports: a process that only holds ports ends by itself", async () => {
  const { child } = await runModule(`import { freePort } from "./ports.js"; console.log(await freePort());`);
  const [code] = child.exitCode === null ? await once(child, "exit") : [child.exitCode];
  expect(code).toBe(0);
});

test("install lock: one at a time, and freed by a failure", async () => {
  let inside = 0;
  const work = async () => {
    expect(++inside).toBe(1);
    await freePort();
    inside--;
    throw new Error("failed");
  };
  const results = await Promise.allSettled([1, 2, 3].map(() => withInstallLock(10_000, work)));
  expect(results.map((result) => result.status === "rejected" && result.reason.message)).toEqual([
    "failed",
    "failed",
    "failed",
  ]);
});

test("install lock: says what it waited for", async () => {
  await withInstallLock(10_000, async () => {
    await expect(withInstallLock(0, async () => undefined)).rejects.toThrow(/port \d+.*still taken/);
  });
});
