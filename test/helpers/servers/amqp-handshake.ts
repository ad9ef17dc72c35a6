import { connect } from "node:net";

const protocolHeader = Buffer.from("AMQP\0\0\x09\x01", "latin1");

/** Whether an AMQP 0-9-1 server answers there: says hello, expects the method connection.start, and leaves. */
export function answersAmqp(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(protocolHeader));
    socket.once("data", (bytes: Buffer) => {
      socket.destroy();
      resolve(isConnectionStart(bytes));
    });
    socket.once("error", reject);
    socket.once("close", () => resolve(false));
  });
}

/** Frame type 1 (method), channel 0, four bytes of length, class 10, method 10. */
function isConnectionStart(frame: Buffer): boolean {
  return frame[0] === 1 && frame.readUInt16BE(1) === 0 && frame.readUInt32BE(7) === 0x000a_000a;
}
