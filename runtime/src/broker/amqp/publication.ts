import { PublishError } from "../../errors.js";
import type { AmqpProperties } from "./amqp-client.js";
import { isTooLong } from "./amqp-names.js";
import type { DelayPath } from "./delay-path.js";
import type { Confirmable } from "./event-channel.js";
import type { EventFrame } from "./event-frames.js";
import { type ReturnedMessages, returnKey } from "./returned-messages.js";

/** A message for one queue. */
export interface QueueMessage {
  readonly queue: string;
  readonly content: Uint8Array;
  readonly properties: AmqpProperties;
  /** The server says when there is no such queue. */
  readonly mandatory: boolean;
}

/** What publisher and publication ask of each other. */
export interface PublicationOwner {
  readonly returned: ReturnedMessages;
  /** The server could not store a message. */
  onNack(): void;
  onEnd(): void;
}

/** One publish that the server has not confirmed. */
export class Publication implements Confirmable {
  readonly sent: EventFrame | QueueMessage;
  readonly #owner: PublicationOwner;
  readonly #resolve: () => void;
  readonly #reject: (error: unknown) => void;

  constructor(
    sent: EventFrame | QueueMessage,
    owner: PublicationOwner,
    resolve: () => void,
    reject: (error: unknown) => void,
  ) {
    this.sent = sent;
    this.#owner = owner;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** Its caller has given up. */
  get isCancelled(): boolean {
    return isEvent(this.sent) && this.sent.message.cancelled;
  }

  /** Where it waits before. */
  get delay(): DelayPath | undefined {
    return isEvent(this.sent) ? this.sent.delay : undefined;
  }

  set isWritten(value: boolean) {
    if (isEvent(this.sent)) this.sent.message.written = value;
  }

  confirmed(error: unknown): void {
    const isRefused = Boolean(error) && !this.#isFleeting(error);
    if (isRefused && isNack(error)) this.#owner.onNack();
    if (isRefused) this.#reject(unknown(this.sent, error));
    else if (this.#wasReturned) this.#reject(unroutable(this.sent));
    else this.#resolve();
    this.#owner.onEnd();
  }

  /**
   * Whether a queue that is gone has refused what nobody keeps: RabbitMQ 4.3 does, for a moment after a listener has left. All
   * who are there have got it. What waits for its time is kept until then, whoever it is for.
   */
  #isFleeting(error: unknown): boolean {
    return isNack(error) && isEvent(this.sent) && !this.sent.mandatory && this.sent.delay === undefined;
  }

  get #wasReturned(): boolean {
    const { returned } = this.#owner;
    return !returned.isEmpty && returned.take(keyOf(this.sent));
  }

  /** It was not sent. */
  refuse(error: unknown): void {
    this.#reject(error instanceof RangeError ? tooLong(this.sent, error) : error);
  }
}

export function isEvent(sent: EventFrame | QueueMessage): sent is EventFrame {
  return "message" in sent;
}

/** @param what the event and its address, or a queue */
export function closed(what: string): PublishError {
  return new PublishError("PUBLISH_CLOSED", `cannot publish ${what}: broker is closed`, {
    outcome: "refused",
  });
}

/** What it was to wait in could not be made. */
export function undelayable(sent: EventFrame | QueueMessage, cause: unknown): PublishError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const why = `cannot make the queues for its delay: ${reason}`;
  return new PublishError("PUBLISH_FAILED", `cannot publish ${describe(sent)}: ${why}`, {
    outcome: "refused",
    cause,
  });
}

function keyOf(sent: EventFrame | QueueMessage): string {
  if (!isEvent(sent)) return returnKey(sent.queue, sent.properties.messageId);
  const { id } = sent.message.attributes;
  return returnKey(sent.routingKey, id === undefined || isTooLong(id) ? undefined : id);
}

export function describe(sent: EventFrame | QueueMessage): string {
  return isEvent(sent) ? `${sent.message.type} to ${sent.message.address}` : `to ${sent.queue}`;
}

function tooLong(sent: EventFrame | QueueMessage, cause: unknown): PublishError {
  const why = "expected headers of at most 56 KiB together";
  return new PublishError("PUBLISH_TOO_LARGE", `cannot publish ${describe(sent)}: ${why}`, {
    outcome: "refused",
    cause,
  });
}

function unroutable(sent: EventFrame | QueueMessage): PublishError {
  const why = isEvent(sent) ? "no listener is known there" : "there is no such queue";
  return new PublishError("PUBLISH_UNROUTABLE", `cannot publish ${describe(sent)}: ${why}`, {
    outcome: "refused",
  });
}

/** A message that the server did not confirm may lie in one of several queues all the same. */
function unknown(sent: EventFrame | QueueMessage, cause: unknown): PublishError {
  const why = isNack(cause)
    ? "the server could not store it in all queues"
    : "the connection was lost before the server confirmed it";
  return new PublishError("PUBLISH_FAILED", `cannot publish ${describe(sent)}: ${why}`, {
    outcome: "unknown",
    cause,
  });
}

/** What amqplib gives for a negative confirm. */
function isNack(error: unknown): boolean {
  return error instanceof Error && error.message === "message nacked";
}
