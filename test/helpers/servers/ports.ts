import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:net";

/**
 * Ports for test servers, below the range that the system gives to outgoing connections: inside it, a port
 * can be taken while its server is down, and a client that tries again can even connect to itself.
 *
 * A process owns the ports of a block while it listens on the block's first port. The system ends that claim
 * together with the process, however it ends, so there is nothing stale to clean up.
 */
const first = 10_000;
const blockSize = 50;
const past = Math.min(ephemeralStart(), 32_768);
const blocks = Math.floor((past - first) / blockSize);

const installLockPort = 9_973;

let current: { readonly claim: Server; next: number; readonly end: number } | undefined;
let queue: Promise<unknown> = Promise.resolve();

/** A port on 127.0.0.1 that nothing uses, and that no other caller in any process gets while this one lives. */
export function freePort(): Promise<number> {
  const port = queue.then(nextPort);
  queue = port.catch(() => undefined);
  return port;
}

/** As many as asked for; see {@link freePort}. */
export async function freePorts(count: number): Promise<number[]> {
  return await Promise.all(Array.from({ length: count }, freePort));
}

/** Runs `work` while no other process on this machine runs such work; waits for its turn up to `timeoutMs`. */
export async function withInstallLock<T>(timeoutMs: number, work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const lock = await listen(installLockPort);
    if (lock !== undefined) return await work().finally(() => lock.close());
    if (Date.now() > deadline) {
      throw new Error(
        `cannot install test servers: port ${installLockPort}, which stands for the lock, is still taken after ${timeoutMs} ms`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function nextPort(): Promise<number> {
  for (;;) {
    current ??= await claimBlock();
    if (current.next === current.end) {
      current = undefined; // the claim on the used block stays
      continue;
    }
    const port = current.next++;
    const probe = await listen(port);
    if (probe === undefined) continue;
    await new Promise((resolve) => probe.close(resolve));
    return port;
  }
}

async function claimBlock(): Promise<NonNullable<typeof current>> {
  // Starting anywhere keeps processes that start together out of each other's way.
  const start = Math.floor(Math.random() * blocks);
  for (let tried = 0; tried < blocks; tried++) {
    const port = first + ((start + tried) % blocks) * blockSize;
    const claim = await listen(port);
    if (claim !== undefined) return { claim, next: port + 1, end: port + blockSize };
  }
  throw new Error(
    `no free ports for test servers: all ${blocks} blocks from ${first} to ${past} are claimed`,
  );
}

/** Undefined when the port is taken. The listener alone does not keep the process running. */
function listen(port: number): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" || error.code === "EACCES" ? resolve(undefined) : reject(error),
    );
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => resolve(server.unref()));
  });
}

function ephemeralStart(): number {
  try {
    const [low] = readFileSync("/proc/sys/net/ipv4/ip_local_port_range", "utf8").split("\t");
    return Number(low);
  } catch {
    return 49_152; // where macOS and the standards begin
  }
}
