import type { BrokerSubscription } from "../broker/broker.js";
import type { AnyContract } from "../contract/contract.js";
import type { ErrorHooks } from "../error-hooks.js";
import type { ResolvedOptions } from "../options.js";
import type { ContractRegistry } from "../registry.js";
import type { ReplyKind } from "../request/reply.js";
import type { Gateway } from "./handler-run.js";

/** What all runners of a bus share. */
export interface RunnerHost {
  readonly options: ResolvedOptions;
  readonly registry: ContractRegistry;
  readonly hooks: ErrorHooks;
  readonly gateway: Gateway;
  /** Answers a request. */
  reply(to: ReplyAddress, kind: ReplyKind, payload: unknown): void | Promise<void>;
  /** A runner has nothing left to do. */
  onQuiet(): void;
}

export interface ReplyAddress {
  readonly contract: AnyContract;
  readonly subscription: BrokerSubscription;
  readonly requestId: string;
  /** In the broker's own words. */
  readonly replyTo: string;
}
