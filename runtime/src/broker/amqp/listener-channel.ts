import { BrokerError } from "../../errors.js";
import type { AmqpChannel, AmqpClient, AmqpMessage } from "./amqp-client.js";
import {
  closeChannel,
  declareQueue,
  declareTopology,
  isRefusal,
  type Queue,
  queueExists,
  type Topology,
} from "./amqp-topology.js";
import { Backoff, within } from "./backoff.js";
import { lagMs, Settles } from "./settles.js";

export interface ListenerChannelParts {
  /** Of the listener, for messages. */
  readonly name: string;
  readonly topology: Topology;
  readonly exchange: string;
  readonly prefetch: number;
  /** The connection for listeners, when there is one. */
  readonly client: () => AmqpClient | undefined;
  readonly report: (error: unknown) => void;
  readonly onMessage: (raw: AmqpMessage, settles: Settles) => void;
  /** Nothing that came so far can be settled any more: it comes again. */
  readonly onLost: () => void;
  /** The queue had to be made again. */
  readonly onRemade: () => void;
}

/** How long the server may take to answer while a listener ends. */
const answerTimeoutMs = 2_000;

/** Keeps a channel that consumes a listener's queue: made anew as often as need be, with all that it takes. */
export class ListenerChannel {
  readonly #parts: ListenerChannelParts;
  readonly #ended = new AbortController();
  readonly #backoff = new Backoff();
  readonly #consumerTag = crypto.randomUUID();
  #channel: AmqpChannel | undefined;
  #settles: Settles | undefined;
  #hasConsumed = false;
  #stopping: Promise<void> | undefined;

  constructor(parts: ListenerChannelParts) {
    this.#parts = parts;
  }

  /** Of the present life of the channel. */
  get settles(): Settles | undefined {
    return this.#settles;
  }

  get isConsuming(): boolean {
    return this.#channel !== undefined && !this.isStopped;
  }

  get isStopped(): boolean {
    return this.#stopping !== undefined;
  }

  /**
   * Resolves once it consumes; while the connection is away it waits.
   *
   * @throws BrokerError when the server refuses what it needs, for instance because a queue exists with other arguments
   */
  async begin(): Promise<void> {
    while (this.#channel === undefined) {
      if (this.#ended.signal.aborted) throw this.#problem("cannot consume", new Error("broker is closed"));
      const client = this.#parts.client();
      try {
        if (client === undefined) await this.#backoff.wait(this.#ended.signal);
        else await this.#attach(client);
      } catch (error) {
        if (isRefusal(error)) throw this.#problem("cannot consume", error);
        await this.#backoff.wait(this.#ended.signal);
      }
    }
  }

  /** To be called with each new connection; a failure is reported, and tried again. */
  async reattach(client: AmqpClient): Promise<void> {
    if (this.isStopped) return;
    try {
      await this.#attach(client);
    } catch (error) {
      this.#parts.report(this.#problem("cannot consume", error));
      void this.#restore();
    }
  }

  /** Takes a message from another queue, which is made if need be. @throws Error when the channel ends before */
  async take(queue: Queue): Promise<{ readonly raw: AmqpMessage; readonly settles: Settles } | undefined> {
    const channel = this.#channel;
    const settles = this.#settles;
    if (channel === undefined || settles === undefined) return undefined;
    await declareQueue(channel, queue);
    const raw = await channel.get(queue.name);
    return raw === false ? undefined : { raw, settles };
  }

  /**
   * Ends the consumer. Sent before whatever is given back from here on, so that none of it comes here again. A single
   * consumer stays till the channel ends: the next one would begin beside the handlers that still run here.
   */
  stop(): Promise<void> {
    if (this.#stopping !== undefined) return this.#stopping;
    const { single } = this.#parts.topology;
    if (single) this.#settles?.keep();
    const cancelled = single ? undefined : this.#channel?.cancel(this.#consumerTag);
    // When the channel has ended, the consumer has ended with it.
    this.#stopping = within(answerTimeoutMs, cancelled ?? Promise.resolve());
    return this.#stopping;
  }

  /** Gives back what is not settled; `last` is done on the channel before. */
  async close(last: (channel: AmqpChannel) => Promise<void>): Promise<void> {
    this.#ended.abort();
    const channel = this.#channel;
    this.#settles?.flush();
    const mayLag = this.#settles?.mayLag === true;
    this.#forget();
    if (channel === undefined) return;
    if (mayLag) await new Promise((resolve) => setTimeout(resolve, lagMs));
    const ended = last(channel).then(() => closeChannel(channel));
    await within(answerTimeoutMs, ended);
  }

  /** Declares what it needs and consumes. @throws Error of the server */
  async #attach(client: AmqpClient): Promise<void> {
    const { topology, exchange, prefetch, onMessage } = this.#parts;
    const { queue, lasting } = topology;
    const wasDeleted = lasting && this.#hasConsumed && !(await queueExists(client, queue.name));
    const channel = await client.createChannel();
    let cause: unknown;
    channel.on("error", (error) => {
      cause = error;
    });
    channel.on("close", () => this.#lost(channel, cause));
    await declareTopology(channel, exchange, topology);
    if (wasDeleted) this.#remade();
    await channel.prefetch(prefetch);
    if (this.isStopped) return closeChannel(channel);
    const settles = new Settles(channel);
    this.#channel = channel;
    this.#settles = settles;
    const onArrival = (raw: AmqpMessage | null): void => {
      if (raw === null) this.#cancelled(channel);
      else onMessage(raw, settles);
    };
    await channel.consume(queue.name, onArrival, { consumerTag: this.#consumerTag });
    this.#hasConsumed = true;
    this.#backoff.reset();
  }

  #remade(): void {
    const { topology, report, onRemade } = this.#parts;
    const loss = `the server had no ${topology.queue.name}; it was made again, and what it held is gone`;
    report(this.#problem("lost its queue", new Error(loss)));
    onRemade();
  }

  /** The server has ended the consumer: its queue was deleted, or its leader has moved. */
  #cancelled(channel: AmqpChannel): void {
    if (this.#channel !== channel || this.isStopped) return;
    const { queue } = this.#parts.topology;
    this.#lost(channel, new Error(`the server ended the consumer of ${queue.name}; was the queue deleted?`));
    void closeChannel(channel);
  }

  /** With a cause it was the channel alone, else the whole connection: then it is attached to the next. */
  #lost(channel: AmqpChannel, cause: unknown): void {
    if (this.#channel !== channel) return;
    this.#forget();
    this.#parts.onLost();
    if (cause === undefined || this.#ended.signal.aborted) return;
    this.#parts.report(this.#problem("lost its channel", cause));
    void this.#restore();
  }

  async #restore(): Promise<void> {
    while (!this.isStopped) {
      await this.#backoff.wait(this.#ended.signal);
      const client = this.#parts.client();
      if (client === undefined || this.isStopped || this.#channel !== undefined) return;
      try {
        await this.#attach(client);
        return;
      } catch (error) {
        this.#parts.report(this.#problem("cannot consume", error));
      }
    }
  }

  #forget(): void {
    this.#settles?.end();
    this.#settles = undefined;
    this.#channel = undefined;
  }

  #problem(what: string, cause: unknown): BrokerError {
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new BrokerError("BROKER_FAILED", `${this.#parts.name} ${what}: ${reason}`, { cause });
  }
}
