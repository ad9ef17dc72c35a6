import { BrokerError } from "../../errors.js";
import type { BrokerSubscription, DeadLetter, Delivery, Redelivery, SubscribeOptions } from "../broker.js";
import type { AmqpClient, AmqpMessage } from "./amqp-client.js";
import { AmqpDelivery, ownHeaders } from "./amqp-delivery.js";
import type { AmqpPublisher } from "./amqp-publisher.js";
import type { Topology } from "./amqp-topology.js";
import { EventMoves } from "./event-moves.js";
import { ListenerChannel } from "./listener-channel.js";
import type { Settles } from "./settles.js";
import { lonelyReturnsOf, Suspects } from "./suspects.js";

export interface SubscriptionParts {
  readonly publisher: AmqpPublisher;
  readonly exchange: string;
  readonly prefetch: number;
  /** The connection for listeners, when there is one. */
  readonly client: () => AmqpClient | undefined;
  readonly report: (error: unknown) => void;
  /** The server had lost the queue. */
  readonly onRemade: (subscription: AmqpSubscription) => void;
  readonly onClosed: (subscription: AmqpSubscription) => void;
  readonly onDelivery: (delivery: Delivery, subscription: BrokerSubscription) => void;
}

/** How long `close` waits for retries and dead letters that are on their way. */
const movesTimeoutMs = 5_000;

/** A listener's queue, as one instance consumes it. */
export class AmqpSubscription implements BrokerSubscription {
  readonly options: SubscribeOptions;
  readonly topology: Topology;
  readonly #parts: SubscriptionParts;
  readonly #channel: ListenerChannel;
  readonly #moves: EventMoves;
  readonly #suspects = new Suspects();
  #closing: Promise<void> | undefined;
  #unsettled = 0;

  constructor(options: SubscribeOptions, topology: Topology, parts: SubscriptionParts) {
    this.options = options;
    this.topology = topology;
    this.#parts = parts;
    const { publisher, exchange, prefetch, client, report } = parts;
    this.#channel = new ListenerChannel({
      name: options.name,
      topology,
      exchange,
      prefetch,
      client,
      report,
      onMessage: (raw, settles) => this.#receive(raw, settles),
      onLost: () => this.#lost(),
      onRemade: () => parts.onRemade(this),
    });
    this.#moves = new EventMoves({
      publisher,
      topology,
      isHeld: (delivery) => delivery.settles === this.#channel.settles,
      acknowledge: (delivery) => this.#acknowledge(delivery),
      report,
    });
  }

  get consuming(): boolean {
    return this.#channel.isConsuming;
  }

  /** Deliveries of the present channel that are not settled. */
  get unsettled(): number {
    return this.#unsettled;
  }

  /** Queues for delays that this process has used. */
  get waitQueues(): readonly string[] {
    return this.#moves.waitQueues.names;
  }

  /** Resolves once it consumes. @throws BrokerError */
  begin(): Promise<void> {
    return this.#channel.begin();
  }

  /** To be called with each new connection. */
  reattach(client: AmqpClient): Promise<void> {
    return this.#channel.reattach(client);
  }

  ack(delivery: Delivery): void {
    if (this.#take(delivery)) this.#acknowledge(delivery);
  }

  release(delivery: Delivery): void {
    if (!this.#take(delivery)) return;
    // The server would count it as one more return of the suspect.
    if (lonelyReturnsOf(delivery) !== undefined) this.#sendRound(delivery, lonelyReturnsOf(delivery) ?? 0, 0);
    else this.#giveBack(delivery);
  }

  retry(delivery: Delivery, { delayMs, attempts, firstFailedAt }: Redelivery): void {
    if (!this.#take(delivery)) return;
    const headers = { [ownHeaders.attempts]: attempts, [ownHeaders.firstFailedAt]: firstFailedAt };
    this.#moves.toWait(delivery, delayMs, headers);
  }

  async deadLetter(delivery: Delivery, letter: DeadLetter): Promise<void> {
    if (!this.#take(delivery)) return;
    try {
      await this.#moves.toDead(delivery, letter);
    } catch (error) {
      delivery.isSettled = false;
      throw error;
    }
  }

  stop(): Promise<void> {
    return this.#channel.stop();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#parts.onClosed(this);
    await this.stop();
    await this.#moves.ended(movesTimeoutMs);
    const { queue, dead, lasting } = this.topology;
    await this.#channel.close(async (channel) => {
      if (!lasting || this.options.scope === "group") return;
      for (const { name } of dead === undefined ? [queue] : [queue, dead]) await channel.deleteQueue(name);
    });
  }

  #receive(raw: AmqpMessage, settles: Settles): void {
    const delivery = new AmqpDelivery(raw, settles, this.options);
    this.#unsettled++;
    if (this.#channel.isStopped) this.#giveBack(delivery);
    else if (this.options.durable) this.#admit(delivery);
    else if (this.options.wants(delivery.message.type)) this.#parts.onDelivery(delivery, this);
    else this.ack(delivery);
  }

  /** Whatever is not wanted came to a durable queue by mistake: it is delivered, and its dead letter says so. */
  #admit(delivery: AmqpDelivery): void {
    const judgement = this.#suspects.judge(delivery);
    switch (judgement.kind) {
      case "handle":
        this.#parts.onDelivery(delivery, this);
        break;
      case "wait":
        delivery.isSettled = true;
        this.#sendRound(delivery, judgement.lonelyReturns, judgement.delayMs);
        break;
      case "guilty":
        void this.#condemn(delivery);
    }
  }

  /** Comes again at another time, without being handled now. */
  #sendRound(delivery: AmqpDelivery, lonelyReturns: number, delayMs: number): void {
    this.#moves.toWait(delivery, delayMs, {
      [ownHeaders.attempts]: delivery.attempt - 1,
      [ownHeaders.lonelyReturns]: lonelyReturns,
      ...(delivery.firstFailedAt === undefined ? {} : { [ownHeaders.firstFailedAt]: delivery.firstFailedAt }),
    });
  }

  /** No handler has failed, so nobody else can say that this event is lost. */
  async #condemn(delivery: AmqpDelivery): Promise<void> {
    const { name, channel, instance } = this.options;
    const attempts = delivery.attempt - 1;
    const error = new BrokerError(
      "BROKER_FAILED",
      `${name} cannot handle an event: each process that began to, ended; it was given back ${attempts} times`,
    );
    const now = new Date().toISOString();
    const firstFailedAt = new Date(delivery.firstFailedAt ?? Date.now()).toISOString();
    this.#parts.report(error);
    try {
      await this.deadLetter(delivery, {
        id: crypto.randomUUID(),
        reason: "failed",
        listener: name,
        channel,
        error: { name: error.name, message: error.message, code: error.code },
        attempts,
        firstFailedAt,
        failedAt: now,
        instance,
        message: delivery.message,
      });
    } catch (failure) {
      this.#parts.report(failure);
      delivery.isSettled = true;
      this.#sendRound(delivery, lonelyReturnsOf(delivery) ?? 0, movesTimeoutMs);
    }
  }

  /** Whether the delivery is still to be settled, and on the present channel. */
  #take(delivery: Delivery): delivery is AmqpDelivery {
    if (!(delivery instanceof AmqpDelivery) || delivery.isSettled) return false;
    delivery.isSettled = true;
    return delivery.settles === this.#channel.settles;
  }

  #acknowledge(delivery: AmqpDelivery): void {
    delivery.settles.ack(delivery.raw.fields.deliveryTag);
    this.#settled(delivery);
  }

  #giveBack(delivery: AmqpDelivery): void {
    delivery.isSettled = true;
    delivery.settles.giveBack(delivery.raw.fields.deliveryTag);
    this.#settled(delivery);
  }

  #settled(delivery: AmqpDelivery): void {
    if (delivery.settles !== this.#channel.settles) return;
    this.#unsettled--;
    this.#suspects.settled(delivery);
  }

  #lost(): void {
    this.#unsettled = 0;
    this.#suspects.lost();
  }
}
