/** The few calls of amqplib that the broker makes; any client that has them will do. */
export interface AmqpClient {
  readonly connection: {
    readonly serverProperties: { readonly [name: string]: unknown };
    /** Longest frame that client and server have agreed upon. */
    readonly frameMax?: number;
  };
  createChannel(): Promise<AmqpChannel>;
  createConfirmChannel(): Promise<AmqpConfirmChannel>;
  close(): Promise<void>;
  on(event: "error" | "close", listener: (cause?: unknown) => void): unknown;
  on(event: "blocked", listener: (reason: string) => void): unknown;
  on(event: "unblocked", listener: () => void): unknown;
}

/** Opens a connection; `options` are for the socket, and its `signal` ends the connection at once. */
export type AmqpConnect = (url: string, options: AmqpSocketOptions) => Promise<AmqpClient>;

export interface AmqpSocketOptions {
  readonly noDelay: boolean;
  readonly signal: AbortSignal;
  readonly clientProperties: Record<string, unknown>;
}

export interface AmqpChannel {
  on(event: "error" | "close", listener: (cause?: unknown) => void): unknown;
  on(event: "return", listener: (message: AmqpMessage) => void): unknown;
  on(event: "ack" | "nack", listener: (confirm: AmqpConfirm) => void): unknown;
  assertExchange(name: string, type: string, options: ExchangeOptions): Promise<unknown>;
  assertQueue(name: string, options: QueueOptions): Promise<QueueState>;
  checkQueue(name: string): Promise<QueueState>;
  deleteQueue(name: string): Promise<unknown>;
  bindQueue(queue: string, exchange: string, pattern: string, args?: AmqpHeaders): Promise<unknown>;
  prefetch(count: number): Promise<unknown>;
  /** `onMessage` gets nothing when the server ends the consumer. */
  consume(
    queue: string,
    onMessage: (message: AmqpMessage | null) => void,
    options?: { readonly noAck?: boolean; readonly consumerTag?: string },
  ): Promise<unknown>;
  cancel(consumerTag: string): Promise<unknown>;
  get(queue: string): Promise<AmqpMessage | false>;
  ack(message: Tagged, allUpTo?: boolean): void;
  nack(message: Tagged, allUpTo?: boolean, requeue?: boolean): void;
  nackAll(requeue?: boolean): void;
  close(): Promise<void>;
}

export interface AmqpConfirmChannel extends AmqpChannel {
  /** `onConfirm` gets nothing when the server has taken responsibility. */
  publish(
    exchange: string,
    routingKey: string,
    content: Uint8Array,
    properties: AmqpProperties & { readonly mandatory: boolean },
    onConfirm: (error: unknown) => void,
  ): boolean;
}

export interface ExchangeOptions {
  readonly durable: boolean;
  /** Gets what no queue takes here. */
  readonly alternateExchange?: string;
}

export interface QueueOptions {
  readonly durable: boolean;
  readonly exclusive: boolean;
  readonly autoDelete: boolean;
  readonly arguments: { readonly [name: string]: string | number | boolean };
}

export interface QueueState {
  readonly messageCount: number;
}

export interface AmqpConfirm {
  readonly deliveryTag: number;
  /** All up to it. */
  readonly multiple: boolean;
}

/** What a settle names. */
export interface Tagged {
  readonly fields: { readonly deliveryTag: number };
}

export interface AmqpMessage {
  readonly content: Uint8Array;
  readonly fields: {
    readonly deliveryTag: number;
    readonly redelivered: boolean;
    readonly exchange: string;
    readonly routingKey: string;
    /** How many are left, of one that was asked for. */
    readonly messageCount?: number;
  };
  readonly properties: AmqpProperties;
}

export type AmqpHeaders = { readonly [name: string]: unknown };

export interface AmqpProperties {
  readonly contentType?: string;
  readonly contentEncoding?: string;
  readonly headers?: AmqpHeaders | undefined;
  readonly deliveryMode?: number;
  readonly priority?: number;
  readonly correlationId?: string;
  readonly replyTo?: string;
  readonly expiration?: string;
  readonly messageId?: string;
  /** Seconds since 1970. */
  readonly timestamp?: number;
  readonly type?: string;
  readonly userId?: string;
  readonly appId?: string;
}
