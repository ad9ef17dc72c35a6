import type { BrokerSubscription } from "../broker/broker.js";
import type { BusParts } from "../bus-parts.js";
import type { AnyContract } from "../contract/contract.js";
import type { ReplyKind } from "../request/reply.js";

/** What listeners need of their bus. */
export interface RunnerHost extends BusParts {
  /** Answers a request. */
  reply(to: ReplyAddress, kind: ReplyKind, payload: unknown): void | Promise<void>;
}

export interface ReplyAddress {
  readonly contract: AnyContract;
  readonly subscription: BrokerSubscription;
  readonly requestId: string;
  /** In the broker's own words. */
  readonly replyTo: string;
}
