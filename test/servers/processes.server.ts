import { once } from "node:events";
import { existsSync } from "node:fs";
import { access, chmod, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { rabbitmqBinaries, redisBinary } from "../helpers/servers/binaries.js";
import { temporaryFolder } from "../helpers/servers/reaper.js";
import { ServerProcess } from "../helpers/servers/server-process.js";
import { waitUntil } from "../helpers/servers/wait-until.js";
import { runModule } from "./own-process.js";

let folder: string;

beforeEach(async () => {
  folder = await temporaryFolder("eventwright-processes-");
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const shell = (script: string, isReady: () => Promise<boolean>, readyTimeoutMs = 10_000): ServerProcess =>
  new ServerProcess({
    name: "the script",
    command: "sh",
    args: ["-c", script],
    env: process.env,
    folder: join(folder, "server"),
    dataFolder: join(folder, "server", "data"),
    isReady,
    readyTimeoutMs,
  });

describe("server process", () => {
  test("a start that ends early fails at once with what was printed", async () => {
    const server = shell("echo out; echo err >&2; exit 3", async () => false);
    await expect(server.start()).rejects.toThrow(/^cannot start the script, which printed:\nout\nerr\n$/);
  });

  test("a start that is never ready fails in time, with the last reason, and leaves no process", async () => {
    const notYet = new Error("not yet");
    const server = shell("echo $$ > data/pid; exec sleep 60", () => Promise.reject(notYet), 500);
    await expect(server.start()).rejects.toMatchObject({ cause: { cause: notYet } });
    const pid = Number(await readFile(join(folder, "server", "data", "pid"), "utf8"));
    expect(pid).toBeGreaterThan(1);
    expect(isAlive(pid)).toBe(false);
  });

  test("a program that does not exist is named", async () => {
    const plan = { name: "nothing", args: [], env: process.env, folder, dataFolder: join(folder, "data") };
    const server = new ServerProcess({
      ...plan,
      command: join(folder, "missing"),
      isReady: async () => true,
      readyTimeoutMs: 1_000,
    });
    await expect(server.start()).rejects.toThrow("ENOENT");
  });

  test.each([
    ["is killed", "SIGKILL"],
    ["ends by Ctrl-C", "SIGINT"],
    ["exits without closing it", "SIGUSR2"],
  ] as const)(
    "a server goes with the process that started it, and its folder too, when that %s",
    async (_, signal) => {
      const { child, line } = await runModule(
        `import { startRedis } from "./redis.js";
       process.once("SIGUSR2", () => process.exit(0));
       process.stdin.resume();
       const redis = await startRedis();
       const [, data] = await redis.command("CONFIG", "GET", "dir");
       redis.pause(); // even one that hears nothing
       console.log(JSON.stringify([redis.pid, data]));`,
      );
      const [pid, data]: [number, string] = JSON.parse(line);
      expect(isAlive(pid)).toBe(true);
      await access(data);
      child.kill(signal);
      await once(child, "exit");
      await waitUntil("the server is dead", 30_000, () => !isAlive(pid));
      await waitUntil("its folder is gone", 30_000, () => !existsSync(dirname(data)));
    },
  );

  test("a server that has ended is forgotten: what has its process id later is spared", async () => {
    const { child, line } = await runModule(
      `import { spawn } from "node:child_process";
       import { once } from "node:events";
       import { endWithThisProcess } from "./reaper.js";
       const [ended, running] = [spawn("sleep", ["60"]), spawn("sleep", ["60"])];
       endWithThisProcess(ended);
       endWithThisProcess(running);
       ended.emit("exit"); // as if it had, and another process had its id
       console.log(JSON.stringify([ended.pid, running.pid]));
       process.stdin.resume();`,
    );
    const [spared, killed]: [number, number] = JSON.parse(line);
    child.kill("SIGKILL");
    await waitUntil("the other is dead", 30_000, () => !isAlive(killed));
    expect(isAlive(spared)).toBe(true);
    process.kill(spared);
  });
});

describe("binaries", () => {
  const path = process.env.PATH;

  beforeEach(() => {
    process.env.PATH = folder;
  });

  afterEach(() => {
    process.env.PATH = path;
  });

  const program = async (name: string, script: string): Promise<void> => {
    await writeFile(join(folder, name), `#!/bin/sh\nPATH=/bin:/usr/bin\ncd ${folder}\n${script}\n`);
    await chmod(join(folder, name), 0o755);
  };

  test.each([
    [redisBinary, /cannot start Redis .*apt-get install redis-server.*brew install redis.*TEST_REDIS_URL/],
    [rabbitmqBinaries, /cannot start RabbitMQ .*apt-get install rabbitmq-server.*TEST_AMQP_URL/],
  ])("what is missing and cannot be installed is named, with the ways out", async (find, message) => {
    await expect(find()).rejects.toThrow(message);
  });

  test("what is missing is installed, once", async () => {
    await program("brew", "echo $@ >> calls; cp brew redis-server");
    const found = await Promise.all([redisBinary(), redisBinary()]);
    expect(found).toEqual([join(folder, "redis-server"), join(folder, "redis-server")]);
    expect(await readFile(join(folder, "calls"), "utf8")).toBe("install redis\n");
  });

  test.each([
    ["fails", "echo no such formula >&2; exit 1", /ended with 1:\nno such formula/],
    ["changes nothing", "exit 0", /not found after its installation/],
  ])("an installation that %s is told", async (_, script, message) => {
    await program("brew", script);
    await expect(redisBinary()).rejects.toThrow(message);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
