import { PublishError } from "../../errors.js";
import type { DeadLetter } from "../broker.js";
import type { AmqpHeaders, AmqpProperties } from "./amqp-client.js";
import { type AmqpDelivery, ownHeaders, withOwnHeaders } from "./amqp-delivery.js";
import type { AmqpPublisher } from "./amqp-publisher.js";
import type { Topology } from "./amqp-topology.js";
import { Backoff, within } from "./backoff.js";
import { writeDeadLetter } from "./dead-letter-header.js";
import { WaitQueues } from "./wait-queues.js";

export interface EventMovesParts {
  readonly publisher: AmqpPublisher;
  readonly topology: Topology;
  /** Whether the delivery can still be acknowledged. */
  readonly isHeld: (delivery: AmqpDelivery) => boolean;
  readonly acknowledge: (delivery: AmqpDelivery) => void;
  readonly report: (error: unknown) => void;
}

/** Moves events to other queues of their listener: each copy is stored before its original is acknowledged. */
export class EventMoves {
  readonly waitQueues: WaitQueues;
  readonly #parts: EventMovesParts;
  readonly #ended = new AbortController();
  readonly #running = new Set<Promise<void>>();

  constructor(parts: EventMovesParts) {
    this.#parts = parts;
    this.waitQueues = new WaitQueues(parts.topology, parts.publisher);
  }

  /** Comes again after a while, with these headers. */
  toWait(delivery: AmqpDelivery, delayMs: number, headers: AmqpHeaders): void {
    this.#track(this.#wait(delivery, delayMs, headers));
  }

  /** Resolves once the letter is stored. @throws PublishError */
  toDead(delivery: AmqpDelivery, letter: DeadLetter): Promise<void> {
    const stored = this.#bury(delivery, letter);
    this.#track(stored.catch(() => {}));
    return stored;
  }

  /** Resolves when all have ended, or after this time. */
  async ended(timeoutMs: number): Promise<void> {
    await within(timeoutMs, Promise.all(this.#running));
    this.#ended.abort();
  }

  /** Tries until the copy is stored; when the channel ends before, the server gives the original again. */
  async #wait(delivery: AmqpDelivery, delayMs: number, headers: AmqpHeaders): Promise<void> {
    const { address } = delivery.message;
    const properties = withOwnHeaders(delivery.raw, { [ownHeaders.address]: address, ...headers });
    const backoff = new Backoff();
    while (this.#parts.isHeld(delivery) && !this.#ended.signal.aborted) {
      try {
        await this.#send(delivery, delayMs, properties);
        this.#parts.acknowledge(delivery);
        return;
      } catch (error) {
        this.waitQueues.forget();
        // What the connection's end has interrupted needs no word.
        if (!isUnknown(error)) this.#parts.report(error);
        await backoff.wait(this.#ended.signal);
      }
    }
  }

  async #send({ raw }: AmqpDelivery, delayMs: number, properties: AmqpProperties): Promise<void> {
    const { publisher, topology } = this.#parts;
    if (delayMs <= 0) return publisher.sendTo(topology.queue.name, raw.content, properties);
    const { queue, expiration } = await this.waitQueues.ready(delayMs);
    return publisher.sendTo(queue, raw.content, { ...properties, expiration });
  }

  async #bury(delivery: AmqpDelivery, letter: DeadLetter): Promise<void> {
    const { publisher, topology } = this.#parts;
    const { dead } = topology;
    if (dead !== undefined) {
      const { raw, message } = delivery;
      const own = { [ownHeaders.address]: message.address, [ownHeaders.deadLetter]: writeDeadLetter(letter) };
      const properties = withOwnHeaders(raw, own);
      try {
        await publisher.sendTo(dead.name, raw.content, properties);
      } catch (error) {
        // Somebody may have deleted the queue, or another producer's headers leave no room for ours.
        await publisher.declare(dead);
        const isTooLarge = error instanceof PublishError && error.code === "PUBLISH_TOO_LARGE";
        await publisher.sendTo(
          dead.name,
          raw.content,
          isTooLarge ? { ...properties, headers: own } : properties,
        );
      }
    }
    this.#parts.acknowledge(delivery);
  }

  #track(move: Promise<void>): void {
    this.#running.add(move);
    void move.finally(() => this.#running.delete(move));
  }
}

function isUnknown(error: unknown): boolean {
  return error instanceof PublishError && error.outcome === "unknown";
}
