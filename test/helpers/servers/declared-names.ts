/** AMQP 0-9-1: a frame of a method, and the methods that make something with a name. */
const methodFrame = 1;
const frameHead = 7;
const [queueClass, exchangeClass, declare] = [50, 40, 10];

/** Reads what a client sends to an AMQP server, and keeps the names of what it declares. */
export class DeclaredNames {
  readonly queues: Set<string>;
  readonly exchanges: Set<string>;
  #received: Buffer = Buffer.alloc(0);
  /** The protocol's header, before the first frame. */
  #skip = 8;

  constructor(queues: Set<string>, exchanges: Set<string>) {
    this.queues = queues;
    this.exchanges = exchanges;
  }

  read(bytes: Buffer): void {
    let rest = Buffer.concat([this.#received, bytes]);
    const skipped = Math.min(this.#skip, rest.length);
    this.#skip -= skipped;
    rest = rest.subarray(skipped);
    while (rest.length >= frameHead) {
      const end = frameHead + rest.readUInt32BE(3) + 1;
      if (rest.length < end) break;
      if (rest[0] === methodFrame) this.#method(rest.subarray(frameHead, end - 1));
      rest = rest.subarray(end);
    }
    this.#received = rest;
  }

  /** Class, method, a reserved number, the name; for an exchange its type; a bit that asks without declaring. */
  #method(body: Buffer): void {
    if (body.length < 8 || body.readUInt16BE(2) !== declare) return;
    const [kind, nameEnd] = [body.readUInt16BE(0), 7 + body.readUInt8(6)];
    const names = kind === queueClass ? this.queues : kind === exchangeClass ? this.exchanges : undefined;
    const flagsAt = kind === exchangeClass ? nameEnd + 1 + body.readUInt8(nameEnd) : nameEnd;
    const isPassive = names !== undefined && (body.readUInt8(flagsAt) & 1) === 1;
    // The server makes up a name in place of an empty one, and the queue goes with its connection.
    if (nameEnd > 7 && !isPassive) names?.add(body.toString("utf8", 7, nameEnd));
  }
}
