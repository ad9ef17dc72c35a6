import type { BrokerSubscription, DeadLetter, Delivery, Redelivery, SubscribeOptions } from "../broker.js";
import { killerLetter } from "../killer-letter.js";
import type { AmqpClient, AmqpMessage } from "./amqp-client.js";
import { type AmqpDelivery, ownHeaders } from "./amqp-delivery.js";
import type { AmqpPublisher } from "./amqp-publisher.js";
import { buildSuspectQueue, type Topology } from "./amqp-topology.js";
import { pause } from "./backoff.js";
import { EventMoves } from "./event-moves.js";
import { HeldDeliveries } from "./held-deliveries.js";
import type { InTurn } from "./in-turn.js";
import { ListenerChannel } from "./listener-channel.js";
import type { Settles } from "./settles.js";
import { SuspectTrials } from "./suspect-trials.js";

export interface SubscriptionParts {
  readonly publisher: AmqpPublisher;
  readonly exchange: string;
  readonly prefetch: number;
  /** Of all listeners on this connection. */
  readonly trials: InTurn;
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
  readonly #held: HeldDeliveries;
  readonly #moves: EventMoves;
  readonly #trials: SuspectTrials;
  readonly #ended = new AbortController();
  #closing: Promise<void> | undefined;
  #hasSuspects = false;

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
    this.#held = new HeldDeliveries(
      options,
      () => this.#channel.settles,
      () => this.#trials.settled(),
    );
    this.#moves = new EventMoves({ publisher, topology, held: this.#held, report });
    this.#trials = new SuspectTrials({
      turns: parts.trials,
      held: this.#held,
      deliver: (delivery) => parts.onDelivery(delivery, this),
      accuse: (delivery) => this.#accuse(delivery),
      condemn: (delivery) => void this.#condemn(delivery),
      take: () => this.#takeSuspect(),
      report,
    });
  }

  get consuming(): boolean {
    return this.#channel.isConsuming;
  }

  /** Deliveries of the present channel that are not settled. */
  get unsettled(): number {
    return this.#held.count;
  }

  /** Queues for delays and suspects that this process has used. */
  get waitQueues(): readonly string[] {
    const { names } = this.#moves.waitQueues;
    return this.#hasSuspects ? [...names, buildSuspectQueue(this.topology).name] : names;
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
    if (this.#held.claim(delivery)) this.#held.acknowledge(delivery);
  }

  release(delivery: Delivery): void {
    if (!this.#held.claim(delivery)) return;
    // The server would count it as one more return of the suspect.
    if (this.#trials.isOnTrial(delivery)) this.#accuse(delivery);
    else this.#held.giveBack(delivery);
  }

  retry(delivery: Delivery, { delayMs, attempts, firstFailedAt }: Redelivery): void {
    if (!this.#held.claim(delivery)) return;
    const headers = { [ownHeaders.attempts]: attempts, [ownHeaders.firstFailedAt]: firstFailedAt };
    this.#moves.toWait(delivery, delayMs, headers);
  }

  async deadLetter(delivery: Delivery, letter: DeadLetter): Promise<void> {
    if (!this.#held.claim(delivery)) return;
    try {
      await this.#moves.toDead(delivery, letter);
    } catch (error) {
      delivery.isSettled = false;
      throw error;
    }
  }

  stop(): Promise<void> {
    const stopped = this.#channel.stop();
    this.#trials.stop();
    return stopped;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#parts.onClosed(this);
    this.#ended.abort();
    await this.stop();
    await this.#moves.ended(movesTimeoutMs);
    const { queue, dead, lasting } = this.topology;
    await this.#channel.close(async (channel) => {
      if (!lasting || this.options.scope === "group") return;
      for (const { name } of dead === undefined ? [queue] : [queue, dead]) await channel.deleteQueue(name);
    });
  }

  #receive(raw: AmqpMessage, settles: Settles): void {
    const delivery = this.#held.add(raw, settles);
    if (this.#channel.isStopped) this.#held.giveBack(delivery);
    // Whatever is not wanted came to a durable queue by mistake: it is delivered, and its dead letter says so.
    else if (this.options.durable) this.#trials.admit(delivery);
    else if (this.options.wants(delivery.message.type)) this.#parts.onDelivery(delivery, this);
    else this.ack(delivery);
  }

  #accuse(delivery: AmqpDelivery): void {
    delivery.isSettled = true;
    this.#hasSuspects = true;
    this.#moves.toSuspects(delivery);
  }

  async #takeSuspect(): Promise<AmqpDelivery | undefined> {
    this.#hasSuspects = true;
    const taken = await this.#channel.take(buildSuspectQueue(this.topology));
    return taken && this.#held.add(taken.raw, taken.settles);
  }

  /** No handler has failed, so nobody else can say that this event is lost. */
  async #condemn(delivery: AmqpDelivery): Promise<void> {
    const { error, letter } = killerLetter(this.options, delivery);
    this.#parts.report(error);
    try {
      await this.deadLetter(delivery, letter);
    } catch (failure) {
      this.#parts.report(failure);
      await pause(movesTimeoutMs, this.#ended.signal);
      this.#held.giveBack(delivery);
    }
  }

  #lost(): void {
    this.#held.clear();
    this.#trials.lost();
  }
}
