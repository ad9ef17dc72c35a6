import type { AmqpClient, AmqpConfirmChannel, AmqpMessage } from "./amqp-client.js";
import { abilitiesOf } from "./amqp-features.js";
import { closeChannel, declareExchange } from "./amqp-topology.js";
import { propertiesOf, replyQueue } from "./cloud-events.js";
import type { DelayPath } from "./delay-path.js";
import { DelayQueues, delayHeaders } from "./delay-queues.js";
import { ChannelClosedError, EventChannel } from "./event-channel.js";
import type { EventFrame } from "./event-frames.js";
import { isEvent, type Publication, type QueueMessage } from "./publication.js";

export interface PublishChannelsEvents {
  readonly onReply: (reply: AmqpMessage) => void;
  /** Comes before the confirm of the same message. */
  readonly onReturn: (returned: AmqpMessage) => void;
  readonly onError: (error: unknown) => void;
  readonly onClose: (ended: PublishChannels) => void;
}

interface PublishChannelsParts {
  readonly events: AmqpConfirmChannel;
  readonly queues: AmqpConfirmChannel;
  readonly delays: DelayQueues;
  readonly plainPriority: number | undefined;
}

/**
 * The two channels of a connection that publish: one for events and requests, in their order, and one for what goes to
 * single queues or waits before. A reply comes to the channel of its request.
 */
export class PublishChannels {
  /** To be made before an event is sent that has a delay. */
  readonly delays: DelayQueues;
  readonly #events: AmqpConfirmChannel;
  readonly #queues: AmqpConfirmChannel;
  readonly #fast: EventChannel | undefined;
  readonly #plainPriority: number | undefined;

  private constructor(parts: PublishChannelsParts) {
    this.#events = parts.events;
    this.#queues = parts.queues;
    this.delays = parts.delays;
    this.#plainPriority = parts.plainPriority;
    this.#fast = EventChannel.over(parts.events, parts.plainPriority);
  }

  static async open(
    client: AmqpClient,
    exchange: string,
    events: PublishChannelsEvents,
  ): Promise<PublishChannels> {
    const [first, second] = [await client.createConfirmChannel(), await client.createConfirmChannel()];
    const channels = new PublishChannels({
      events: first,
      queues: second,
      delays: new DelayQueues(client, exchange, events.onError),
      plainPriority: abilitiesOf(client).hasPriorities ? 0 : undefined,
    });
    for (const channel of [first, second]) {
      channel.on("return", events.onReturn);
      channel.on("error", events.onError);
      channel.on("close", () => events.onClose(channels));
    }
    await declareExchange(first, exchange);
    const onReply = (reply: AmqpMessage | null): void => {
      if (reply !== null) events.onReply(reply);
    };
    await first.consume(replyQueue, onReply, { noAck: true });
    return channels;
  }

  async close(): Promise<void> {
    await Promise.all([closeChannel(this.#events), closeChannel(this.#queues)]);
  }

  /** @throws ChannelClosedError when it has ended, or RangeError; nothing was sent then */
  send(publication: Publication): void {
    const { sent } = publication;
    if (!isEvent(sent)) publishTo(this.#queues, "", sent.queue, sent, publication);
    else if (sent.delay !== undefined) this.#sendToWait(sent, sent.delay, publication);
    else if (this.#fast !== undefined) this.#fast.send(sent, publication);
    else publishTo(this.#events, sent.exchange, sent.routingKey, this.#asMessage(sent), publication);
  }

  #sendToWait(sent: EventFrame, path: DelayPath, publication: Publication): void {
    const message = this.#asMessage(sent);
    const headers = { ...message.properties.headers, ...delayHeaders(path) };
    const waiting = { ...message, properties: { ...message.properties, headers } };
    publishTo(this.#queues, this.delays.entry(path), sent.routingKey, waiting, publication);
  }

  #asMessage({ routingKey: queue, message, mandatory }: EventFrame): QueueMessage {
    const properties = propertiesOf(message, this.#plainPriority);
    return { queue, content: message.body, properties, mandatory };
  }
}

function publishTo(
  channel: AmqpConfirmChannel,
  exchange: string,
  routingKey: string,
  { content, properties, mandatory }: QueueMessage,
  publication: Publication,
): void {
  try {
    channel.publish(exchange, routingKey, asBuffer(content), { ...properties, mandatory }, (error) =>
      publication.confirmed(error),
    );
  } catch (error) {
    const hasEnded = error instanceof Error && error.name === "IllegalOperationError";
    throw hasEnded ? new ChannelClosedError() : error;
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
