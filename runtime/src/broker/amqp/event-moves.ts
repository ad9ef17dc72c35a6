import { setMaxListeners } from "node:events";
import { BrokerError, PublishError } from "../../errors.js";
import type { DeadLetter } from "../broker.js";
import type { AmqpHeaders, AmqpProperties } from "./amqp-client.js";
import { type AmqpDelivery, ownHeaders, withOwnHeaders } from "./amqp-delivery.js";
import type { AmqpPublisher } from "./amqp-publisher.js";
import { buildSuspectQueue, type Topology } from "./amqp-topology.js";
import { Backoff, within } from "./backoff.js";
import { writeDeadLetter } from "./dead-letter-header.js";
import type { HeldDeliveries } from "./held-deliveries.js";
import { WaitQueues } from "./wait-queues.js";

export interface EventMovesParts {
  readonly publisher: AmqpPublisher;
  readonly topology: Topology;
  readonly held: HeldDeliveries;
  readonly report: (error: unknown) => void;
}

const summons: AmqpProperties = { headers: { [ownHeaders.summons]: 1 }, deliveryMode: 2 };

const noBytes: Uint8Array = new Uint8Array(0);

/** A server that stores events takes less than this, also when it is busy. */
const silenceMs = 10_000;

/** Moves events to other queues of their listener: each copy is stored before its original is acknowledged. */
export class EventMoves {
  readonly waitQueues: WaitQueues;
  readonly #parts: EventMovesParts;
  readonly #ended = new AbortController();
  readonly #running = new Set<Promise<void>>();
  #silenceToldAt = Number.NEGATIVE_INFINITY;

  constructor(parts: EventMovesParts) {
    this.#parts = parts;
    setMaxListeners(0, this.#ended.signal); // as many as there are events that wait to be moved
    this.waitQueues = new WaitQueues(parts.topology, parts.publisher);
  }

  /** Comes again after a while, with these headers. */
  toWait(delivery: AmqpDelivery, delayMs: number, headers: AmqpHeaders): void {
    const properties = this.#propertiesFor(delivery, headers);
    this.#track(this.#store(delivery, () => this.#send(delivery, delayMs, properties)));
  }

  /** Goes to the suspects; a summons in the listener's queue says so. */
  toSuspects(delivery: AmqpDelivery): void {
    const { attempt, firstFailedAt, raw } = delivery;
    const first = firstFailedAt === undefined ? {} : { [ownHeaders.firstFailedAt]: firstFailedAt };
    const properties = this.#propertiesFor(delivery, { [ownHeaders.attempts]: attempt - 1, ...first });
    const { publisher, topology } = this.#parts;
    const suspects = buildSuspectQueue(topology);
    const accuse = async (): Promise<void> => {
      await publisher.declare(suspects);
      await Promise.all([
        publisher.sendTo(suspects.name, raw.content, properties),
        publisher.sendTo(topology.queue.name, noBytes, summons),
      ]);
    };
    this.#track(this.#store(delivery, accuse));
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
  async #store(delivery: AmqpDelivery, send: () => Promise<void>): Promise<void> {
    const backoff = new Backoff();
    while (this.#parts.held.has(delivery) && !this.#ended.signal.aborted) {
      try {
        await this.#watched(send());
        this.#parts.held.acknowledge(delivery);
        return;
      } catch (error) {
        this.waitQueues.forget();
        // What the connection's end has interrupted needs no word.
        if (!isUnknown(error)) this.#parts.report(error);
        await backoff.wait(this.#ended.signal);
      }
    }
  }

  /** Says that a copy is not confirmed: RabbitMQ can lose a queue in such a way that it takes everything and keeps nothing. */
  async #watched(stored: Promise<void>): Promise<void> {
    const timer = setTimeout(() => this.#reportSilence(), silenceMs);
    try {
      await stored;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Once for all that wait. */
  #reportSilence(): void {
    if (performance.now() - this.#silenceToldAt < silenceMs) return;
    this.#silenceToldAt = performance.now();
    const { name } = this.#parts.topology.queue;
    const what = `cannot move an event of ${name}: not confirmed within ${silenceMs} ms by ${name}.suspects or ${name}.wait-…`;
    const wayOut = "if the server was killed soon after that queue had been made, delete it";
    this.#parts.report(new BrokerError("BROKER_FAILED", `${what}; ${wayOut}`));
  }

  #propertiesFor({ raw, message }: AmqpDelivery, headers: AmqpHeaders): AmqpProperties {
    return withOwnHeaders(raw, { [ownHeaders.address]: message.address, ...headers });
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
    this.#parts.held.acknowledge(delivery);
  }

  #track(move: Promise<void>): void {
    this.#running.add(move);
    void move.finally(() => this.#running.delete(move));
  }
}

function isUnknown(error: unknown): boolean {
  return error instanceof PublishError && error.outcome === "unknown";
}
