import type { AmqpClient } from "./amqp-client.js";

/** What of a socket is needed here. */
interface Corkable {
  cork(): void;
  uncork(): void;
  write(chunk: unknown, ...rest: unknown[]): boolean;
}

/**
 * Lets all that amqplib writes within a turn of the event loop leave in one call of the system, instead of one for each
 * message. A client whose socket is not where amqplib has it works as before.
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
    return write(chunk, ...rest);
  };
}

function isCorkable(stream: unknown): stream is Corkable {
  if (typeof stream !== "object" || stream === null) return false;
  return ["cork", "uncork", "write"].every((name) => typeof Reflect.get(stream, name) === "function");
}
