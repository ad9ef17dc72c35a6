import { connect } from "node:net";
import { connect as connectTls } from "node:tls";

const frameEnd = 0xce;
const shortText = (text: string): Buffer => Buffer.from([Buffer.byteLength(text), ...Buffer.from(text)]);
const longText = (text: string): Buffer =>
  Buffer.concat([uint32(Buffer.byteLength(text)), Buffer.from(text)]);
const uint16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A method on channel 0. */
function method(classId: number, methodId: number, ...args: readonly Buffer[]): Buffer {
  const body = Buffer.concat([uint16(classId), uint16(methodId), ...args]);
  return Buffer.concat([Buffer.from([1]), uint16(0), uint32(body.length), body, Buffer.from([frameEnd])]);
}

/**
 * Opens a connection as a client does, up to connection.open-ok, and leaves. Resolves with `"open"`, or with the
 * server's reason to refuse, or with `"closed"` when it gave none, as for a wrong password.
 */
export function openAmqp(address: string, ca?: string): Promise<string> {
  const url = new URL(address);
  const [user, password, vhost] = [url.username, url.password, url.pathname.slice(1)].map(decodeURIComponent);
  const at = { port: Number(url.port), host: url.hostname };
  const start = (): unknown => socket.write(Buffer.from("AMQP\0\0\x09\x01", "latin1"));
  const socket =
    url.protocol === "amqps:" ? connectTls({ ...at, ...(ca && { ca }) }, start) : connect(at, start);
  const opened = new Promise<string>((resolve, reject) => {
    let received = Buffer.alloc(0);
    // By class and method: start, tune, open-ok, close.
    const answers: { readonly [method: string]: (args: Buffer) => void } = {
      "10.10": () =>
        socket.write(
          method(
            10,
            11,
            uint32(0),
            shortText("PLAIN"),
            longText(`\0${user}\0${password}`),
            shortText("en_US"),
          ),
        ),
      "10.30": (limits) => {
        socket.write(method(10, 31, limits.subarray(0, 8)));
        socket.write(method(10, 40, shortText(vhost ?? ""), Buffer.from([0, 0])));
      },
      "10.41": () => resolve("open"),
      "10.50": (args) => resolve(args.toString("utf8", 3, 3 + (args[2] ?? 0))),
    };
    socket.on("data", (bytes: Buffer) => {
      received = Buffer.concat([received, bytes]);
      while (received.length >= 8 && received.length >= 8 + received.readUInt32BE(3)) {
        const body = received.subarray(7, 7 + received.readUInt32BE(3));
        received = received.subarray(8 + body.length);
        answers[`${body.readUInt16BE(0)}.${body.readUInt16BE(2)}`]?.(body.subarray(4));
      }
    });
    socket.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "ECONNRESET" ? resolve("closed") : reject(error),
    );
    socket.once("close", () => resolve("closed"));
  });
  return opened.finally(() => socket.destroy());
}
