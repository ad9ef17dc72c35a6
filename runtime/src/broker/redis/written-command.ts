import { Buffer } from "node:buffer";
import { Command } from "ioredis";

/** A command in bytes, as the server reads it: https://redis.io/docs/latest/develop/reference/protocol-spec/ */
export interface WrittenCommand {
  readonly name: string;
  readonly bytes: Buffer;
}

const nothing: Buffer = Buffer.alloc(0);

/**
 * What ioredis sends as it is: to write many arguments costs it more than all else that a publish does. Once only: while
 * its answer is awaited it holds no bytes.
 */
export class BytesCommand extends Command {
  #bytes: Buffer;

  constructor({ name, bytes }: WrittenCommand) {
    super(name, [], { replyEncoding: null });
    this.#bytes = bytes;
  }

  override toWritable(): Buffer {
    const bytes = this.#bytes;
    this.#bytes = nothing;
    return bytes;
  }
}

/** How a command begins that has so many arguments behind these. */
export function headOf(name: string, args: readonly (string | number)[], more: number): string {
  let head = `*${1 + args.length + more}\r\n`;
  for (const one of [name, ...args]) head += `$${Buffer.byteLength(String(one))}\r\n${one}\r\n`;
  return head;
}
