import { Redis } from "ioredis";

/** Runs one command on a server, by a client of its own. */
export function rawRedis(
  server: () => { readonly url: string },
): (...words: readonly [string, ...string[]]) => Promise<unknown> {
  return async (...words) => {
    const client = new Redis(server().url, { lazyConnect: true });
    try {
      return await client.call(...words);
    } finally {
      client.disconnect();
    }
  };
}
