import type { RedisOptions, RedisServer } from "../helpers/servers/redis.js";

/** A name that says nothing of itself, and a password with all that a URL and a configuration file must quote. */
export const secured: RedisOptions = { user: { name: "shop", password: "p%w:@/ä" }, tls: true };

/** For tests of what servers do together: plain, and with all that makes it harder. */
export const setUps: readonly (readonly [name: string, RedisOptions])[] = [
  ["plain", {}],
  ["with a user and TLS", secured],
];

/** What a node takes itself for: `master` or `slave`. */
export async function role(node: RedisServer | undefined): Promise<unknown> {
  const reply = await node?.command("ROLE");
  return Array.isArray(reply) ? reply[0] : reply;
}
