import type { Broker } from "../broker/broker.js";
import type { OutgoingMessage } from "../broker/message.js";
import { bytesPerUnit } from "../contract/limits.js";
import { PublishError } from "../errors.js";

export interface SendOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Hands messages to a broker that takes each before its `publish` returns. */
export class Handover {
  readonly broker: Broker;
  /** Whether the bytes of each message are made when it is sent, to be counted. */
  readonly hasMaxBytes: boolean;

  constructor(broker: Broker) {
    this.broker = broker;
    this.hasMaxBytes = broker.features.maxBytes !== Number.POSITIVE_INFINITY;
  }

  /** Publishes that have not ended. */
  get open(): number {
    return 0;
  }

  /** Returns nothing when the broker took the message at once. @throws PublishError */
  send(message: OutgoingMessage, options: SendOptions): void | Promise<void> {
    this.assertSendable(message, options);
    return this.broker.publish(message);
  }

  /** @throws PublishError */
  protected assertSendable(message: OutgoingMessage, { signal }: SendOptions): void {
    if (signal?.aborted) throw unsent("PUBLISH_ABORTED", message, "aborted by its signal");
    if (!this.hasMaxBytes) return;
    const { maxBytes } = this.broker.features;
    let length = lengthOf(message);
    // Few texts have so many units that they need a look at their bytes.
    if (length * bytesPerUnit > maxBytes) length = message.body.length;
    if (length > maxBytes)
      throw unsent("PUBLISH_TOO_LARGE", message, `expected at most ${maxBytes} bytes, got ${length}`);
  }
}

/** Bytes of a message, or units of its text. */
export function lengthOf(message: OutgoingMessage): number {
  return (message.content ?? message.body).length;
}

/** Of what was not accepted; whether it was sent stands in the message. */
export function unsent(
  code: "PUBLISH_ABORTED" | "PUBLISH_TIMEOUT" | "PUBLISH_TOO_LARGE",
  { type, address, written }: OutgoingMessage,
  why: string,
): PublishError {
  const details = { outcome: written ? "unknown" : "refused" } as const;
  return new PublishError(code, `cannot publish ${type} to ${address}: ${why}`, details);
}
