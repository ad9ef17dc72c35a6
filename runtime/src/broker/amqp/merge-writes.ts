import type { AmqpClient } from "./amqp-client.js";

/** What of a socket is needed here. */
interface Corkable {
  cork(): void;
  uncork(): void;
  write(chunk: unknown, ...rest: unknown[]): boolean;
}

/**
 * Bytes that do not wait for the end of the turn: with the first events of many the server shall begin while the last
 * ones are being made, else the two work by turns.
 */
export const largeWrite = 16_384;

/**
 * Lets all that amqplib writes within a turn of the event loop leave in one call of the system, or few, instead of one for
 * each message. A client whose socket is not where amqplib has it works as before.
 */
export function mergeWrites(client: AmqpClient): void {
  const stream: unknown = Reflect.get(client.connection, "stream");
  if (!isCorkable(stream)) return;
  const write = stream.write.bind(stream);
  let isCorked = false;
  const uncork = (): void => {
    isCorked = false;
    stream.uncork();
  };
  stream.write = (chunk, ...rest) => {
    if (!isCorked) {
      isCorked = true;
      stream.cork();
      process.nextTick(uncork);
    }
    const hasRoom = write(chunk, ...rest);
    if (chunk instanceof Uint8Array && chunk.length >= largeWrite) uncork();
    return hasRoom;
  };
}

function isCorkable(stream: unknown): stream is Corkable {
  if (typeof stream !== "object" || stream === null) return false;
  return ["cork", "uncork", "write"].every((name) => typeof Reflect.get(stream, name) === "function");
}
