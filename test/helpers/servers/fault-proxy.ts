import { connect, createServer, type Server, type Socket } from "node:net";
import { type Direction, FaultLink, type LinkFaults } from "./fault-link.js";
import { freePort } from "./ports.js";

export type { Direction } from "./fault-link.js";

/** `cut`: an orderly end (FIN) to both sides. `reset`: an abrupt one (RST). */
export type Ending = "cut" | "reset";

export interface FaultCounts {
  /** Connections that clients have made so far. */
  readonly accepted: number;
  readonly open: number;
  /** Bytes passed on. */
  readonly toServer: number;
  readonly toClient: number;
  /** Connections ended by the proxy. */
  readonly ended: number;
}

interface Connection {
  readonly client: Socket;
  readonly server: Socket;
  readonly links: { readonly [direction in Direction]: FaultLink };
  hasEnded: boolean;
}

/** A fault that waits for certain bytes and strikes once. */
interface Trap {
  /** What passes of the bytes, and how the connection then ends if they were the ones. */
  readonly take: (bytes: Buffer, direction: Direction, connection: Connection) => Taken;
  readonly onSprung: () => void;
}

interface Taken {
  readonly passed: Buffer;
  readonly ending?: Ending;
}

const nothing = Buffer.alloc(0);
const directions = ["toServer", "toClient"] as const;

const noFaults = (): LinkFaults => ({
  held: false,
  lossy: false,
  latencyMs: 0,
  chunkBytes: Number.POSITIVE_INFINITY,
  chunkMs: 0,
});

/**
 * A TCP proxy on 127.0.0.1 that breaks connections on demand. Faults hold for the connections there are and for
 * new ones, add up, and last until `heal`; `cut` and `reset` strike the present connections once, `cutAfter` and
 * `swallowAnswer` one connection (the last of these two calls counts). When the server is down, clients are
 * accepted and then reset.
 */
export class FaultProxy implements AsyncDisposable {
  readonly port: number;
  readonly #targetPort: number;
  readonly #connections = new Set<Connection>();
  readonly #faults = { toServer: noFaults(), toClient: noFaults() };
  readonly #counts = { accepted: 0, toServer: 0, toClient: 0, ended: 0 };
  #trap: Trap | undefined;
  #listener: Server | undefined;

  private constructor(port: number, targetPort: number) {
    this.port = port;
    this.#targetPort = targetPort;
  }

  /** In front of a server on 127.0.0.1. */
  static async start(targetPort: number): Promise<FaultProxy> {
    const proxy = new FaultProxy(await freePort(), targetPort);
    await proxy.#listen();
    return proxy;
  }

  /** The server's URL with the proxy's address in place of its own. */
  through(url: string): string {
    const proxied = new URL(url);
    proxied.hostname = "127.0.0.1";
    proxied.port = String(this.port);
    return proxied.href;
  }

  get counts(): FaultCounts {
    return { ...this.#counts, open: this.#connections.size };
  }

  /** New connections are refused; present ones go on. */
  refuse(): void {
    this.#listener?.close();
    this.#listener = undefined;
  }

  /** Ends all connections in order (FIN); what was on its way is lost. */
  cut(): void {
    for (const connection of this.#connections) this.#end(connection, "cut");
  }

  /** Ends all connections abruptly (RST); what was on its way is lost. */
  reset(): void {
    for (const connection of this.#connections) this.#end(connection, "reset");
  }

  /** Half-open links: nothing passes, ends of connections included; `heal` passes it all on. Both ways by default. */
  hold(...which: readonly Direction[]): void {
    this.#change(which, (faults) => {
      faults.held = true;
    });
  }

  /** What arrives is thrown away; `heal` resets the connections that have lost bytes. Both ways by default. */
  lose(...which: readonly Direction[]): void {
    this.#change(which, (faults) => {
      faults.lossy = true;
    });
  }

  /** All bytes take this much longer, each way. */
  delay(latencyMs: number): void {
    this.#change(directions, (faults) => {
      faults.latencyMs = latencyMs;
    });
  }

  /** A slow link, each way; `chunkBytes: 1` passes single bytes, at most some 1,000 chunks a second. */
  throttle(bytesPerSecond: number, chunkBytes: number = Math.max(1, Math.floor(bytesPerSecond / 100))): void {
    this.#change(directions, (faults) => {
      faults.chunkBytes = chunkBytes;
      faults.chunkMs = (1_000 * chunkBytes) / bytesPerSecond;
    });
  }

  /** Ends the connection that carries the last of the next `bytes` bytes, in order (FIN); resolves when it has. */
  cutAfter(bytes: number, direction: Direction): Promise<void> {
    let left = bytes;
    return this.#setTrap((arrived, way) => {
      if (way !== direction) return { passed: arrived };
      const passed = arrived.subarray(0, left);
      left -= passed.length;
      return left > 0 ? { passed } : { passed, ending: "cut" };
    });
  }

  /**
   * Swallows one answer: passes the next request that fits, throws away what the server says to it, and ends the
   * connection, so that the client cannot know what became of the request. Resolves when it has.
   */
  swallowAnswer(fits: (request: Buffer) => boolean = () => true, ending: Ending = "reset"): Promise<void> {
    let asking: Connection | undefined;
    return this.#setTrap((bytes, way, connection) => {
      if (way === "toClient") return asking === connection ? { passed: nothing, ending } : { passed: bytes };
      if (fits(bytes)) asking ??= connection;
      return { passed: bytes };
    });
  }

  /** Back to normal, at once: accepts connections, passes on what was held. */
  async heal(): Promise<void> {
    this.#trap = undefined;
    for (const direction of directions) Object.assign(this.#faults[direction], noFaults());
    for (const connection of this.#connections) {
      if (directions.some((direction) => connection.links[direction].broken)) this.#end(connection, "reset");
      this.#closed(connection);
    }
    this.#flush();
    await this.#listen();
  }

  /** Resets all connections and stops listening. */
  async close(): Promise<void> {
    this.reset();
    this.refuse();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #listen(): Promise<void> {
    if (this.#listener !== undefined) return;
    const listener = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.#accept(client));
    this.#listener = listener;
    await new Promise<void>((resolve, reject) => {
      listener.once("error", reject).listen(this.port, "127.0.0.1", resolve);
    });
  }

  #accept(client: Socket): void {
    this.#counts.accepted++;
    const server = connect({ port: this.#targetPort, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    const link = (source: Socket, target: Socket, direction: Direction): FaultLink =>
      new FaultLink(source, target, this.#faults[direction], (bytes) =>
        this.#deliver(bytes, direction, connection),
      );
    const connection: Connection = {
      client,
      server,
      links: { toServer: link(client, server, "toServer"), toClient: link(server, client, "toClient") },
      hasEnded: false,
    };
    this.#connections.add(connection);
    for (const socket of [client, server]) {
      socket.on("error", () => undefined); // "close" follows
      socket.on("close", () => this.#closed(connection));
    }
    this.#flush();
  }

  #deliver(bytes: Buffer, direction: Direction, connection: Connection): void {
    const trap = this.#trap;
    const { passed, ending } = trap?.take(bytes, direction, connection) ?? { passed: bytes };
    const target = direction === "toServer" ? connection.server : connection.client;
    this.#counts[direction] += passed.length;
    if (passed.length > 0 && target.writable) target.write(passed);
    if (ending === undefined) return;
    this.#trap = undefined;
    this.#end(connection, ending);
    trap?.onSprung();
  }

  #end(connection: Connection, ending: Ending): void {
    const { client, server, links } = connection;
    if (!connection.hasEnded) this.#counts.ended++;
    connection.hasEnded = true;
    for (const direction of directions) links[direction].close();
    for (const socket of [client, server]) {
      if (ending === "cut") socket.end();
      else socket.resetAndDestroy();
    }
  }

  /** An orderly end passes by the links; an abrupt one passes here, unless nothing passes now. */
  #closed(connection: Connection): void {
    const { client, server, links } = connection;
    if (client.errored && !links.toServer.isSilent) server.resetAndDestroy();
    if (server.errored && !links.toClient.isSilent) client.resetAndDestroy();
    if (!client.destroyed || !server.destroyed) return;
    for (const direction of directions) links[direction].close();
    this.#connections.delete(connection);
  }

  #setTrap(take: Trap["take"]): Promise<void> {
    return new Promise((onSprung) => {
      this.#trap = { take, onSprung };
    });
  }

  #change(which: readonly Direction[], change: (faults: LinkFaults) => void): void {
    for (const direction of which.length === 0 ? directions : which) change(this.#faults[direction]);
    this.#flush();
  }

  #flush(): void {
    for (const { links } of this.#connections) for (const direction of directions) links[direction].flush();
  }
}
