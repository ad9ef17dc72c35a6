import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Direction, FaultProxy } from "../helpers/servers/fault-proxy.js";
import { freePort } from "../helpers/servers/ports.js";
import { waitUntil } from "../helpers/servers/wait-until.js";

/** A connection with all that it has heard. */
class Peer {
  heard = "";
  pieces = 0;
  end: "open" | "end" | "reset" | "refused" = "open";

  readonly socket: Socket;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (bytes: Buffer) => {
      this.heard += bytes.toString("latin1");
      this.pieces++;
    });
    socket.on("end", () => {
      this.end = "end";
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      this.end = error.code === "ECONNREFUSED" ? "refused" : "reset";
    });
  }

  say(text: string): void {
    this.socket.write(text, "latin1");
  }

  hears(text: string): Promise<void> {
    return waitUntil(`"${text.slice(0, 20)}" is heard`, 30_000, () => this.heard === text);
  }

  ends(end: Peer["end"]): Promise<void> {
    return waitUntil(`the end is "${end}"`, 30_000, () => this.end === end);
  }
}

/** The server's sides of all connections, in order. */
let served: Peer[];
let closeServer: () => void;
let serverPort: number;
let proxy: FaultProxy;
const clients: Socket[] = [];

beforeEach(async () => {
  served = [];
  serverPort = await freePort();
  const server = createServer({ noDelay: true }, (socket) => served.push(new Peer(socket)));
  closeServer = () => server.close();
  server.listen(serverPort, "127.0.0.1");
  await once(server, "listening");
  proxy = await FaultProxy.start(serverPort);
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await proxy.close();
  closeServer();
});

async function open(port: number = proxy.port): Promise<Peer> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  clients.push(socket);
  await once(socket, "connect");
  return new Peer(socket);
}

/** A connection through the proxy, and the server's side of it. */
async function openBoth(): Promise<{ client: Peer; server: Peer }> {
  const before = served.length;
  const client = await open();
  await waitUntil("the server has the connection", 30_000, () => served.length > before);
  const server = served[before];
  if (server === undefined) throw new Error("no connection at the server");
  return { client, server };
}

/** Bytes that take the straight way to the server: when they are there, those sent before would be there too. */
async function marker(): Promise<void> {
  const direct = await open(serverPort);
  direct.say("marker");
  await waitUntil("the marker is there", 30_000, () => served.some(({ heard }) => heard === "marker"));
}

describe("fault proxy: without faults", () => {
  test("passes bytes and an orderly end both ways, and counts them", async () => {
    const { client, server } = await openBoth();
    client.say("question");
    await server.hears("question");
    server.say("answer!");
    await client.hears("answer!");
    expect(proxy.counts).toEqual({ accepted: 1, open: 1, toServer: 8, toClient: 7, ended: 0 });
    client.socket.end();
    await server.ends("end");
    await client.ends("end");
    await waitUntil("the proxy has let go", 30_000, () => proxy.counts.open === 0);
    expect(proxy.counts.ended).toBe(0);
  });

  test("passes a reset on", async () => {
    const { client, server } = await openBoth();
    client.socket.resetAndDestroy();
    await server.ends("reset");
  });

  test("resets clients while the server is down", async () => {
    closeServer();
    const client = await open();
    await client.ends("reset");
  });

  test("puts its address into a URL and leaves the rest", () => {
    const url = proxy.through("amqp://user:p%20w@localhost:5672/%2F?heartbeat=2");
    expect(url).toBe(`amqp://user:p%20w@127.0.0.1:${proxy.port}/%2F?heartbeat=2`);
  });
});

describe("fault proxy: ends", () => {
  test("refuse turns new clients away, keeps present ones, and ends with heal", async () => {
    const { client, server } = await openBoth();
    proxy.refuse();
    const refused = new Peer(connect(proxy.port, "127.0.0.1"));
    await refused.ends("refused");
    client.say("still here");
    await server.hears("still here");
    await proxy.heal();
    await openBoth();
  });

  test.each([["cut", "end"] as const, ["reset", "reset"] as const])(
    "%s: both sides see: %s",
    async (ending, end) => {
      const { client, server } = await openBoth();
      proxy[ending]();
      await Promise.all([client.ends(end), server.ends(end)]);
      expect(proxy.counts.ended).toBe(1);
      await openBoth();
    },
  );

  test("cutAfter passes exactly so many bytes, then the end", async () => {
    const { client, server } = await openBoth();
    const sprung = proxy.cutAfter(5, "toServer");
    client.say("123");
    await server.hears("123");
    client.say("4567");
    await sprung;
    await Promise.all([client.ends("end"), server.ends("end")]);
    expect(server.heard).toBe("12345");
  });

  test("cutAfter counts one direction only", async () => {
    const { client, server } = await openBoth();
    const sprung = proxy.cutAfter(2, "toClient");
    client.say("1234567");
    await server.hears("1234567");
    server.say("abc");
    await sprung;
    await client.ends("end");
    expect(client.heard).toBe("ab");
  });

  test("swallowAnswer lets the request through, and the client never hears what became of it", async () => {
    const { client, server } = await openBoth();
    const sprung = proxy.swallowAnswer((request) => request.includes("write"));
    client.say("read");
    await server.hears("read");
    server.say("value");
    await client.hears("value");
    client.say("write");
    await server.hears("readwrite");
    server.say("written");
    await sprung;
    await client.ends("reset");
    expect(client.heard).toBe("value");
    const next = await openBoth();
    next.client.say("write");
    await next.server.hears("write");
    next.server.say("written");
    await next.client.hears("written");
  });
});

describe("fault proxy: silence", () => {
  test("hold stops all, for new connections too, and heal passes it on", async () => {
    const { client, server } = await openBoth();
    proxy.hold();
    client.say("to the server");
    server.say("to the client");
    const late = await openBoth();
    late.client.say("hello");
    await marker();
    expect([server.heard, client.heard, late.server.heard]).toEqual(["", "", ""]);
    await proxy.heal();
    await Promise.all([
      server.hears("to the server"),
      client.hears("to the client"),
      late.server.hears("hello"),
    ]);
  });

  test.each(["toServer", "toClient"] satisfies Direction[])(
    "hold %s leaves the other way open",
    async (held) => {
      const { client, server } = await openBoth();
      proxy.hold(held);
      const [from, to] = held === "toServer" ? [client, server] : [server, client];
      from.say("held");
      to.say("passed");
      await from.hears("passed");
      expect(to.heard).toBe("");
      await proxy.heal();
      await to.hears("held");
    },
  );

  test.each(["end", "reset"] as const)(
    "hold: the server does not see the client's %s before heal",
    async (end) => {
      const { client, server } = await openBoth();
      proxy.hold();
      if (end === "end") client.socket.end();
      else client.socket.resetAndDestroy();
      await marker();
      expect(server.end).toBe("open");
      await proxy.heal();
      await server.ends(end);
    },
  );

  test("hold: a sender is stopped instead of filling the proxy's memory", async () => {
    const bytes = 64 << 20;
    const pour = (client: Peer) => client.socket.write(Buffer.alloc(bytes));
    const held = await openBoth();
    proxy.hold();
    pour(held.client);
    await using other = await FaultProxy.start(serverPort);
    const free = await open(other.port);
    pour(free);
    await waitUntil("as much has passed another proxy", 60_000, () => other.counts.toServer === bytes);
    expect(held.client.socket.writableLength).toBeGreaterThan(0);
    await proxy.heal();
    await waitUntil("all of it has passed", 60_000, () => proxy.counts.toServer === bytes);
  });

  test.each(["toServer", "toClient"] satisfies Direction[])(
    "lose %s throws bytes away, and heal resets what has a hole",
    async (lost) => {
      const { client, server } = await openBoth();
      proxy.lose(lost);
      const [from, to] = lost === "toServer" ? [client, server] : [server, client];
      from.say("lost");
      to.say("passed");
      await from.hears("passed");
      await marker();
      await proxy.heal();
      await Promise.all([client.ends("reset"), server.ends("reset")]);
      expect(to.heard).toBe("");
    },
  );

  test("lose: a connection that has lost nothing goes on after heal", async () => {
    const { client, server } = await openBoth();
    proxy.lose("toClient");
    client.say("1");
    await server.hears("1");
    await proxy.heal();
    server.say("2");
    await client.hears("2");
  });
});

describe("fault proxy: slow links", () => {
  test("delay holds bytes back each way, and those on their way do not wait for each other", async () => {
    const { client, server } = await openBoth();
    proxy.delay(50);
    const start = performance.now();
    const words = Array.from({ length: 100 }, (_, index) => `${index},`);
    for (const word of words) {
      client.say(word);
      await new Promise(setImmediate);
    }
    await server.hears(words.join(""));
    const there = performance.now();
    server.say("back");
    await client.hears("back");
    expect(there - start).toBeGreaterThanOrEqual(49); // a timer may fire within the millisecond before
    expect(there - start).toBeLessThan(50 * words.length);
    expect(performance.now() - there).toBeGreaterThanOrEqual(49);
  });

  test("throttle passes no more than so many bytes a second", async () => {
    const { client, server } = await openBoth();
    proxy.throttle(20_000);
    const start = performance.now();
    const text = "x".repeat(4_000);
    client.say(text);
    await server.hears(text);
    expect(performance.now() - start).toBeGreaterThanOrEqual(180);
  });

  test("throttle passes single bytes", async () => {
    const { client, server } = await openBoth();
    proxy.throttle(200, 1);
    client.say("one by one");
    await server.hears("one by one");
    expect(server.pieces).toBeGreaterThan(1);
    await proxy.heal();
    const pieces = server.pieces;
    client.say("at once");
    await server.hears("one by oneat once");
    expect(server.pieces).toBe(pieces + 1);
  });
});
