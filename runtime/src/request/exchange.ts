import type { BusParts } from "../bus-parts.js";
import type { ReplyAddress } from "../listener/runner-host.js";
import type { ResolvedOptions } from "../options.js";
import type { Publisher } from "../publish/publisher.js";
import { buildReply, type LiveReply, type ReplyKind } from "./reply.js";
import { Requests } from "./requests.js";

/** What a bus does with commands and queries. Contracts of these kinds bring it along: a bus of events does without. */
export interface RequestExchange {
  /** What sends requests. */
  open(parts: BusParts, publisher: Publisher): Requests;
  /** The reply that a handler gave, or the error that it threw. @throws PayloadError `PAYLOAD_INVALID` */
  answer(to: ReplyAddress, kind: ReplyKind, result: unknown, options: ResolvedOptions): LiveReply;
}

export const requestExchange: RequestExchange = {
  open: (parts, publisher) => new Requests(parts, publisher),
  answer: buildReply,
};
