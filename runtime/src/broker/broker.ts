import type { Message, OutgoingMessage } from "./message.js";

/** On which channels a broker can do something. */
export type Support = "none" | "durable" | "all";

/** What a broker can do, as data: a bus refuses at its start whatever a contract or listener asks for beyond it. */
export interface BrokerFeatures {
  /** Keeps events of durable channels until every known listener has handled them. */
  readonly durable: boolean;
  /** Instances with one name share the work. */
  readonly groups: Support;
  /** Every instance gets a copy. */
  readonly broadcast: Support;
  /** Gives an event again after a failure; `nackDelay`: after a while, holding up nobody. */
  readonly nack: Support;
  readonly nackDelay: Support;
  readonly deadLetter: Support;
  /** Keeps an event back for as long as its publish says. */
  readonly delay: Support;
  /** Gives what waits for a listener in order of its priority. */
  readonly priority: Support;
  /** Gives the events of a group to one instance alone; the others wait. */
  readonly exclusive: Support;
  /** Retains events for groups to come: `from: "start"`. */
  readonly replay: Support;
  /** Takes an event whose id and source it has had at this address a short while ago, and delivers it no second time. */
  readonly publishDedup: Support;
  /** Within what first deliveries keep the order of publishing. */
  readonly ordered: "none" | "subscription" | "channel";
  /**
   * Who counts attempts over crashes: `none` means that a crash starts the count again, `returns` that events which were
   * given back without being started count too.
   */
  readonly attemptCount: "broker" | "returns" | "none";
  /** Subscriptions may name patterns of addresses. */
  readonly patterns: boolean;
  /** Carries commands and queries, and their replies. */
  readonly requestReply: boolean;
  /** Refuses to take what no queue would get, on these channels. */
  readonly unroutable: Support;
  /** Longest body. */
  readonly maxBytes: number;
}

/** Where a connection stands. */
export type BrokerStatus = "connecting" | "open" | "reconnecting" | "closed";

/** What a broker tells the bus that it belongs to. */
export interface BrokerHost {
  onStatus(status: BrokerStatus, cause?: unknown): void;
  /** A reply to a message that this broker published; `message.attributes.inreplyto` is the request's id. */
  onReply(message: Message): void;
  /** Something that no promise tells: rubbish on the wire, events lost by the server. */
  onReport(error: unknown): void;
}

/** One arrival of a message at a subscription. */
export interface Delivery {
  readonly message: Message;
  /** 1 for the first; grows by one with each delivery that was held when its process died, and by what `retry` says. */
  readonly attempt: number;
  /** Milliseconds since 1970, of the first attempt that failed. */
  readonly firstFailedAt?: number | undefined;
  /** It may be with another instance by now: no handler begins with it, and to settle it has no effect. */
  readonly revoked?: boolean;
}

export interface SubscribeOptions {
  /** Of the listener; names the queue or group. */
  readonly name: string;
  /** The process that subscribes; part of the names of broadcast queues. */
  readonly instance: string;
  readonly scope: "group" | "broadcast";
  /** Of all instances one alone gets deliveries, until it is closed or dies. */
  readonly exclusive?: boolean;
  /** To be told of each delivery that is revoked, so that its handler can be. */
  readonly onRevoked?: (delivery: Delivery) => void;
  /** Where a name begins that the broker does not know yet. @default "now" */
  readonly from?: "now" | "start";
  readonly kind: "event" | "command" | "query";
  readonly channel: string;
  readonly durable: boolean;
  /** An address or a pattern. */
  readonly address: string;
  /** The channel's address with `*` for each parameter, whatever `address` says. @default `address` */
  readonly channelAddress?: string;
  /** Names of the contracts that the listener takes, for names of queues. */
  readonly contracts: readonly string[];
  /** Their types on the wire. */
  readonly types: readonly string[];
  /** Whether messages of a type on the wire shall be delivered; others count as handled. The answer never changes. */
  readonly wants: (type: string) => boolean;
  /** Deliveries that are not settled, at most. */
  readonly prefetch: number;
  /** How long a delivery may be held, where that is limited. */
  readonly timeoutMs?: number | undefined;
}

/** What a broker stores when an event ends in failure. All but `message` may be shown to people. */
export interface DeadLetter {
  readonly id: string;
  /** `failed`, `asked: …`, `expired`, `invalid`, `unknown`. */
  readonly reason: string;
  readonly listener: string;
  readonly channel: string;
  readonly error?: {
    readonly name: string;
    readonly message: string;
    readonly code?: string;
    readonly stack?: string;
  };
  readonly attempts: number;
  /** RFC 3339. */
  readonly firstFailedAt: string;
  readonly failedAt: string;
  /** The process in which it failed. */
  readonly instance: string;
  /** The untouched original. */
  readonly message: Message;
}

/** How a failed delivery shall come again. */
export interface Redelivery {
  readonly delayMs: number;
  /** Attempts made so far: the next delivery has the number after it. */
  readonly attempts: number;
  readonly firstFailedAt: number;
}

/**
 * A place from which messages arrive. Each delivery is settled once, by one of the four calls; a second settle, or one
 * for a delivery of an earlier connection, has no effect and disturbs no other delivery.
 */
export interface BrokerSubscription {
  /** Handled. */
  ack(delivery: Delivery): void;
  /** Comes again, to this name only. */
  retry(delivery: Delivery, redelivery: Redelivery): void;
  /** Resolves once the letter is stored; the original is acknowledged after that. */
  deadLetter(delivery: Delivery, letter: DeadLetter): void | Promise<void>;
  /** Was not started: comes again elsewhere at once, and counts as no attempt (but see `features.attemptCount`). */
  release(delivery: Delivery): void;
  /** Whether deliveries can arrive now. */
  readonly consuming: boolean;
  /** From its call on nothing is delivered; deliveries can still be settled. */
  stop(): Promise<void>;
  /** Gives back what is not settled; it comes again as one more attempt. Ends what the server holds for a subscription that is not durable. */
  close(): Promise<void>;
}

/** How much a broker holds for a listener's name. */
export interface Inspection {
  readonly waiting: number;
  readonly unsettled: number;
  readonly delayed: number;
  readonly deadLetters: number;
}

export type LetterFilter = (letter: DeadLetter) => boolean;

/**
 * Dead letters as data. Each call names the listener whose letters it means, and goes once through those that are there
 * when it begins, the oldest first: a letter that comes back meanwhile is not met again. What the filter throws rejects.
 */
export interface DeadLetterStore {
  list(listener: string): Promise<readonly DeadLetter[]>;
  /** Sends those that fit to their listener again, with attempts counted anew, and `most` at most. Gives their number. */
  replay(listener: string, fits: LetterFilter, most?: number): Promise<number>;
  /** Removes those that fit, `most` at most. Gives their number. */
  discard(listener: string, fits: LetterFilter, most?: number): Promise<number>;
}

/**
 * Carries bytes. Everything else (checking, retries, order per key, replies to requests) stands above this interface
 * and is written once. One broker belongs to one bus.
 */
export interface Broker {
  /** For messages and metrics: `local`, `redis`, `amqp`. */
  readonly name: string;
  /** What depends on the server may be told only once the broker has connected. */
  readonly features: BrokerFeatures;
  /**
   * The broker's `publish`, where that never gives a promise: it takes every message before it returns, or throws. In
   * front of all others stands a window, with a deadline for each publish. Names the method, so that one put in its
   * place later gets its window.
   */
  readonly immediate?: Broker["publish"];
  /** Resolves when messages can be carried. A broker that loses its connection later restores it, and all subscriptions, by itself. Can be called again after `close`. */
  connect(host: BrokerHost): Promise<void>;
  /**
   * Takes a message. Returning nothing, or resolving, means that the broker has taken responsibility; messages go out
   * in order of the calls. Rejects with a PublishError where the reason is known.
   */
  publish(message: OutgoingMessage): void | Promise<void>;
  /** Answers a request; `message.replyTo` is what the request said. */
  reply(message: Message): void | Promise<void>;
  /** Resolves once the subscription is active: what is published from then on arrives. */
  subscribe(
    options: SubscribeOptions,
    onDelivery: (delivery: Delivery, subscription: BrokerSubscription) => void,
  ): Promise<BrokerSubscription>;
  /** Safe to call twice, and before `connect`. Flushes settles; afterwards nothing of it runs. */
  close(): Promise<void>;
  readonly deadLetters?: DeadLetterStore;
  inspect?(listener: string): Promise<Inspection>;
}
