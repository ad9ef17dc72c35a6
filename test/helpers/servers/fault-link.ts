import type { Socket } from "node:net";

export type Direction = "toServer" | "toClient";

/** What happens to bytes on their way; the proxy's state, read anew for each piece. */
export interface LinkFaults {
  /** Nothing passes, and nothing is read: the senders' buffers fill up. */
  held: boolean;
  /** What arrives is thrown away. */
  lossy: boolean;
  latencyMs: number;
  /** At most this many bytes at once, */
  chunkBytes: number;
  /** and then none for this long. */
  chunkMs: number;
}

/** Like a window of TCP: with more on its way, the link stops reading. */
const windowBytes = 1 << 20;

/** Carries the bytes of one direction of one connection, in order. */
export class FaultLink {
  /** Bytes were lost: what would come now is not what the sender means. */
  broken = false;
  readonly #source: Socket;
  readonly #target: Socket;
  readonly #faults: LinkFaults;
  readonly #deliver: (bytes: Buffer) => void;
  readonly #queue: { bytes: Buffer; readonly dueAt: number }[] = [];
  #queuedBytes = 0;
  #sourceEnded = false;
  #closed = false;
  #nextChunkAt = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `deliver` gets what arrives at the far end; it writes to `target`, or does worse. */
  constructor(source: Socket, target: Socket, faults: LinkFaults, deliver: (bytes: Buffer) => void) {
    this.#source = source;
    this.#target = target;
    this.#faults = faults;
    this.#deliver = deliver;
    source.on("data", (bytes: Buffer) => this.#enqueue(bytes));
    source.on("end", () => {
      this.#sourceEnded = true;
      this.flush();
    });
    target.on("drain", () => this.flush());
  }

  /** Passes on what may pass now; to be called when the faults have changed. */
  flush(): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    while (this.#mayPass()) {
      const head = this.#queue[0];
      if (head === undefined) break;
      const now = performance.now();
      const waitMs = Math.max(head.dueAt, this.#nextChunkAt) - now;
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.flush(), waitMs);
        break;
      }
      this.#nextChunkAt = Math.max(this.#nextChunkAt + this.#faults.chunkMs, now);
      const chunk = this.#take(head);
      if (this.#faults.lossy) this.broken = true;
      else this.#deliver(chunk);
    }
    if (this.#sourceEnded && this.#queue.length === 0 && !this.isSilent) this.#target.end();
    if (this.#faults.held || this.#queuedBytes >= windowBytes) this.#source.pause();
    else this.#source.resume();
  }

  /** Ends do not pass either, orderly or not. */
  get isSilent(): boolean {
    return this.#faults.held || this.#faults.lossy;
  }

  /** Forgets what is on its way; what still arrives is thrown away. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#queue.length = 0;
    this.#source.removeAllListeners("data").resume();
  }

  #mayPass(): boolean {
    return !this.#closed && !this.#faults.held && !this.#target.destroyed && !this.#target.writableNeedDrain;
  }

  #enqueue(bytes: Buffer): void {
    this.#queue.push({ bytes, dueAt: performance.now() + this.#faults.latencyMs });
    this.#queuedBytes += bytes.length;
    this.flush();
  }

  #take(head: { bytes: Buffer }): Buffer {
    const chunk = head.bytes.subarray(0, this.#faults.chunkBytes);
    head.bytes = head.bytes.subarray(chunk.length);
    if (head.bytes.length === 0) this.#queue.shift();
    this.#queuedBytes -= chunk.length;
    return chunk;
  }
}
