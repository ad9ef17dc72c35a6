import { spawn } from "node:child_process";
import { accessSync, constants, readdirSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { withInstallLock } from "./ports.js";

export interface RabbitmqBinaries {
  /** The script that starts a node as whoever calls it, not Debian's wrapper, which changes the user. */
  readonly server: string;
  readonly epmd: string;
  readonly erlCall: string;
}

interface Package<T> {
  readonly name: string;
  readonly apt: string;
  readonly brew: string;
  /** The environment variable that names a server that is there already. */
  readonly variable: string;
  /** Undefined when something is missing. */
  readonly find: () => T | undefined;
}

const redis: Package<string> = {
  name: "Redis",
  apt: "redis-server",
  brew: "redis",
  variable: "EVENTWRIGHT_TEST_REDIS_URL",
  find: () => findExecutable("redis-server"),
};

const rabbitmq: Package<RabbitmqBinaries> = {
  name: "RabbitMQ",
  apt: "rabbitmq-server",
  brew: "rabbitmq",
  variable: "EVENTWRIGHT_TEST_AMQP_URL",
  find: findRabbitmq,
};

/** The path of `redis-server`; installs it when it is missing, and fails with the way out when it cannot. */
export function redisBinary(): Promise<string> {
  return findOrInstall(redis);
}

/** The paths of what a RabbitMQ node needs; installs RabbitMQ as {@link redisBinary} does Redis. */
export function rabbitmqBinaries(): Promise<RabbitmqBinaries> {
  return findOrInstall(rabbitmq);
}

const installTimeoutMs = 300_000;

async function findOrInstall<T>(wanted: Package<T>): Promise<T> {
  // The lock is held for looking too: what another process is installing is there before it works.
  return await withInstallLock(installTimeoutMs, async () => {
    const found = wanted.find();
    if (found !== undefined) return found;
    const problem = await install(wanted);
    const installed = wanted.find();
    if (problem === undefined && installed !== undefined) return installed;
    throw new Error(
      `cannot start ${wanted.name} for the tests: ${problem ?? "it is not found after its installation"}; ` +
        `install it (Debian, Ubuntu: apt-get install ${wanted.apt}; macOS: brew install ${wanted.brew}) ` +
        `or name a running server in ${wanted.variable}`,
    );
  });
}

/**
 * Debian starts and enables a service when it installs one. The tests want the programs only: a policy that
 * refuses all starts stands while apt-get runs. The shell takes it away again, even if Node is killed meanwhile.
 * `$1` is the package, and the name of its service.
 */
const aptScript = `
set -eu
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  trap 'exit 1' HUP INT TERM
  printf '#!/bin/sh\\nexit 101\\n' > "$policy"
  chmod 755 "$policy"
else
  answer=0
  "$policy" "$1" start || answer=$?
  if [ "$answer" -ne 101 ]; then
    echo "$policy lets $1 start as a service" >&2
    exit 1
  fi
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=120 "$1"
if [ -d /run/systemd/system ]; then systemctl disable "$1"; fi
`;

/** Says what went wrong; undefined when nothing did. */
async function install({ apt, brew }: Package<unknown>): Promise<string | undefined> {
  if (findExecutable("apt-get") !== undefined) {
    const shell = ["sh", "-c", aptScript, "sh", apt];
    return await run(process.getuid?.() === 0 ? shell : ["sudo", "-n", ...shell]);
  }
  if (findExecutable("brew") !== undefined) return await run(["brew", "install", brew]);
  return "it is not installed, and there is neither apt-get nor brew";
}

function run([command = "", ...args]: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    // A group of its own: the end of the test run by Ctrl-C does not leave a half-installed package.
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], detached: true });
    const output: string[] = [];
    child.stdout.on("data", (bytes: Buffer) => output.push(bytes.toString()));
    child.stderr.on("data", (bytes: Buffer) => output.push(bytes.toString()));
    child.once("error", (error) => resolve(`its installation did not start: ${error.message}`));
    child.once("close", (code) =>
      resolve(code === 0 ? undefined : `its installation ended with ${code}:\n${output.join("")}`),
    );
  });
}

function findRabbitmq(): RabbitmqBinaries | undefined {
  const server = findExecutable("rabbitmq-server", [
    "/usr/lib/rabbitmq/bin", // before PATH, which has Debian's wrapper
    ...searchPath(),
    "/opt/homebrew/opt/rabbitmq/sbin",
    "/usr/local/opt/rabbitmq/sbin",
  ]);
  const erl = findExecutable("erl");
  if (server === undefined || erl === undefined) return undefined;
  const root = dirname(dirname(realpathSync(erl)));
  const epmd = findExecutable("epmd", foldersLike(root, /^erts-/, "bin"));
  const erlCall = findExecutable("erl_call", foldersLike(join(root, "lib"), /^erl_interface-/, "bin"));
  return epmd && erlCall ? { server, epmd, erlCall } : undefined;
}

function foldersLike(parent: string, name: RegExp, child: string): string[] {
  return readdirSync(parent)
    .filter((entry) => name.test(entry))
    .map((entry) => join(parent, entry, child));
}

const searchPath = (): string[] => (process.env.PATH ?? "").split(delimiter);

function findExecutable(name: string, folders: readonly string[] = searchPath()): string | undefined {
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
