import { Redis } from "ioredis";
import type { GivenServer } from "./given.js";

/** Says that a database belongs to tests; its value is the time of the claim, by the server's clock. */
const claim = "eventwright-tests";
/** What a killed test run has left is emptied by a run that comes later than this. */
const staleAfterSeconds = 3_600;

/** KEYS: claim. ARGV: staleAfterSeconds. Returns 1 when the database was empty, or left behind, and is claimed now. */
const claimDatabase = `
local now = tonumber(redis.call('TIME')[1])
local since = tonumber(redis.call('GET', KEYS[1]) or now)
if now - since > tonumber(ARGV[1]) then redis.call('FLUSHDB') end
if redis.call('DBSIZE') > 0 then return 0 end
redis.call('SET', KEYS[1], now)
return 1`;

/** A part of a given server that nobody else uses, empty, until `close`, which empties it again. */
export interface GivenPart {
  readonly server: GivenServer;
  close(): Promise<void>;
}

/**
 * Takes an empty database of a given Redis; one that the URL names is used as it is.
 *
 * @throws Error when no database is empty
 */
export async function openGivenRedis(given: GivenServer): Promise<GivenPart> {
  const url = new URL(given.url);
  if (url.pathname.length > 1) return { server: given, close: async () => {} };
  const client = new Redis(given.url, { maxRetriesPerRequest: 1 });
  const [, databases] = Object(await client.config("GET", "databases"));
  // From the last: people use the first ones.
  for (let database = Number(databases) - 1; database >= 0; database--) {
    await client.select(database);
    if ((await client.eval(claimDatabase, 1, claim, staleAfterSeconds)) !== 1) continue;
    url.pathname = `/${database}`;
    return {
      server: { canRestart: false, url: url.href },
      close: async () => {
        await client.flushdb();
        client.disconnect();
      },
    };
  }
  client.disconnect();
  throw new Error(
    `cannot test on the given Redis: none of its ${databases} databases is empty; empty one, or name one in the URL`,
  );
}
