import { expect, test } from "vitest";
import { GroupTakes } from "../../../runtime/src/broker/redis/group-takes.js";
import { redisForFile } from "../../helpers/servers/shared.js";
import { rawRedis } from "./raw-redis.js";

const redis = redisForFile();
const raw = rawRedis(redis);

function makeMember(key: string, ...types: readonly string[]): GroupTakes {
  const call = (command: string, ...words: readonly (string | number | Buffer)[]) =>
    raw(command, ...words.map(String));
  return new GroupTakes({ link: { call }, key, address: "shop.*", types, isExclusive: false });
}

const message = (type: string, address = "shop.eu") =>
  ({
    type,
    address,
    channel: "",
    durable: true,
    kind: "event",
    attributes: {},
    body: new Uint8Array(),
  }) as const;

test("redis broker: what was judged before another member came is not passed over, however often members speak", async () => {
  const [stream, group] = [`stream-${crypto.randomUUID()}`, "printer"];
  await raw("XGROUP", "CREATE", stream, group, "$", "MKSTREAM");
  const id = String(await raw("XADD", stream, "*", "event", "{}"));
  await raw("XREADGROUP", "GROUP", group, "older", "STREAMS", stream, ">");
  const pending = async () => [await raw("XPENDING", stream, group)].flat()[0];
  const older = makeMember(`takes-${stream}`, "Placed");
  await older.say();
  const { version } = older;
  expect(older.takerOf(message("Cancelled"))).toBeUndefined();

  await makeMember(`takes-${stream}`, "Placed", "Cancelled").say();
  await older.say();
  const passing = { streams: [stream, "none"], group, ids: [id] } as const;
  expect(await older.pass({ ...passing, version })).toBe(false);
  expect(await pending()).toBe(1);
  expect(older.takerOf(message("Cancelled"))).toBe("present");
  expect(older.takerOf(message("Cancelled", "stock.eu"))).toBeUndefined();
  expect(older.takerOf(message("Returned"))).toBeUndefined();

  expect(await older.pass({ ...passing, version: older.version })).toBe(true);
  expect(await pending()).toBe(0);
});
