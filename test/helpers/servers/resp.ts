import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

/** What Redis answers in RESP2; an error, also one inside an array, is thrown. */
export type Reply = string | number | null | readonly Reply[];

export interface RedisAddress {
  readonly port: number;
  /** In place of the default user. */
  readonly user?: { readonly name: string; readonly password: string } | undefined;
  /** The certificate (PEM) that the server's must be signed by; without it the connection is plain. */
  readonly ca?: string | undefined;
  /** Takes any certificate, an expired one too. */
  readonly trustAny?: boolean;
}

/** One connection to Redis with nothing between the test and the bytes: no retries, no reconnecting. */
export class RespConnection implements Disposable {
  readonly #socket: Socket;
  readonly #waiting: { resolve: (reply: Reply) => void; reject: (error: Error) => void }[] = [];
  #received = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay();
    socket.on("data", (bytes: Buffer) => this.#receive(bytes));
    socket.on("error", (error) => this.#fail(error));
    socket.on("close", () => this.#fail(new Error("connection closed by Redis")));
  }

  /** Fails when no connection with this user comes about. */
  static async open({ port, user, ca, trustAny = false }: RedisAddress): Promise<RespConnection> {
    const at = { port, host: "127.0.0.1" };
    const socket = ca === undefined ? connect(at) : connectTls({ ...at, ca, rejectUnauthorized: !trustAny });
    const connection = new RespConnection(socket);
    try {
      await (user ? connection.command("AUTH", user.name, user.password) : connection.command("PING"));
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  /** Commands are sent at once, without waiting for earlier answers. */
  command(...words: readonly string[]): Promise<Reply> {
    const bulks = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) return reject(new Error("connection is closed"));
      this.#waiting.push({ resolve, reject });
      this.#socket.write(`*${words.length}\r\n${bulks.join("")}`);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #receive(bytes: Buffer): void {
    this.#received = Buffer.concat([this.#received, bytes]);
    for (let parsed = parse(this.#received, 0); parsed; parsed = parse(this.#received, 0)) {
      this.#received = this.#received.subarray(parsed.end);
      const caller = this.#waiting.shift();
      if (parsed.reply instanceof Error) caller?.reject(parsed.reply);
      else caller?.resolve(parsed.reply);
    }
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}

/** Sends one command over a connection of its own. */
export async function redisCommand(address: RedisAddress, ...words: readonly string[]): Promise<Reply> {
  using connection = await RespConnection.open(address);
  return await connection.command(...words);
}

/** Undefined as long as bytes are missing. */
function parse(
  bytes: Buffer,
  start: number,
): { readonly reply: Reply | Error; readonly end: number } | undefined {
  const lineEnd = bytes.indexOf("\r\n", start);
  if (lineEnd === -1) return undefined;
  const line = bytes.toString("utf8", start + 1, lineEnd);
  const next = lineEnd + 2;
  switch (bytes.toString("latin1", start, start + 1)) {
    case "+":
      return { reply: line, end: next };
    case "-":
      return { reply: new Error(line), end: next };
    case ":":
      return { reply: Number(line), end: next };
    case "$":
      return parseBulk(bytes, next, Number(line));
    case "*":
      return parseArray(bytes, next, Number(line));
    default:
      throw new Error(`not RESP2: ${JSON.stringify(line)}`);
  }
}

function parseBulk(bytes: Buffer, start: number, length: number): ReturnType<typeof parse> {
  if (length === -1) return { reply: null, end: start };
  const end = start + length;
  return bytes.length < end + 2 ? undefined : { reply: bytes.toString("utf8", start, end), end: end + 2 };
}

function parseArray(bytes: Buffer, start: number, length: number): ReturnType<typeof parse> {
  if (length === -1) return { reply: null, end: start };
  const replies: Reply[] = [];
  let error: Error | undefined;
  let end = start;
  for (let index = 0; index < length; index++) {
    const item = parse(bytes, end);
    if (item === undefined) return undefined;
    if (item.reply instanceof Error) error ??= item.reply;
    else replies.push(item.reply);
    end = item.end;
  }
  return { reply: error ?? replies, end };
}
