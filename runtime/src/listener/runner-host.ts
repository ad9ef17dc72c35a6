import type { BrokerSubscription } from "../broker/broker.js";
import type { BusParts } from "../bus-parts.js";
import type { AnyRequestContract } from "../contract/contract.js";
import type { ReplyKind } from "../request/reply.js";

/** What listeners need of their bus. */
export interface RunnerHost extends BusParts {
  /** Answers a request with what its handler gave, or with the error that it threw. */
  reply(to: ReplyAddress, kind: ReplyKind, result: unknown): void | Promise<void>;
}

export interface ReplyAddress {
  readonly contract: AnyRequestContract;
  readonly subscription: BrokerSubscription;
  readonly requestId: string;
  /** In the broker's own words. */
  readonly replyTo: string;
}
