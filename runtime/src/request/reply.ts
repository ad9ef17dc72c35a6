import type { Attributes, Message } from "../broker/message.js";
import type { Limits } from "../contract/limits.js";
import type { RemoteError } from "../errors.js";
import type { ReplyAddress } from "../listener/runner-host.js";
import type { ResolvedOptions } from "../options.js";
import type { Serializer } from "../serializer/serializer.js";

/** How a request ended at its handler. */
export type ReplyKind = "ok" | "failed" | "refused";

/** The answer to a request; its bytes are made when a broker reads them. */
export class LiveReply implements Message {
  readonly kind = "reply" as const;
  readonly durable = false;
  readonly address: string;
  readonly channel: string;
  readonly type: string;
  readonly attributes: Attributes;
  readonly replyTo: string;
  /** The reply, or what a failed handler tells. */
  readonly payload: unknown;
  readonly #name: string;
  readonly #serializer: Serializer;
  /** Of the channel; what a failed handler tells is never held back. */
  readonly #limits: Limits | undefined;

  constructor(
    { contract, requestId, replyTo }: ReplyAddress,
    kind: ReplyKind,
    payload: unknown,
    { source, serializer = contract.serializer }: ResolvedOptions,
  ) {
    this.address = replyTo;
    this.replyTo = replyTo;
    this.channel = contract.channel.name;
    this.type = `${contract.type}.reply`;
    this.payload = payload;
    this.attributes = {
      specversion: "1.0",
      id: crypto.randomUUID(),
      source,
      type: this.type,
      time: new Date().toISOString(),
      ...(payload === undefined ? {} : { datacontenttype: serializer.contentType }),
      inreplyto: requestId,
      replykind: kind,
    };
    this.#name = `reply to ${contract.name}`;
    this.#serializer = serializer;
    this.#limits = kind === "ok" ? contract.channel.limits : undefined;
  }

  /** @throws PayloadError for what no reader would take */
  get body(): Uint8Array {
    return this.#serializer.serialize(this.#name, this.payload, this.#limits);
  }
}

/** The reply that a handler gave, or the error that it threw. @throws PayloadError `PAYLOAD_INVALID` */
export function buildReply(
  to: ReplyAddress,
  kind: ReplyKind,
  result: unknown,
  options: ResolvedOptions,
): LiveReply {
  if (kind !== "ok") return new LiveReply(to, kind, toRemoteError(result), options);
  if (options.validate) to.contract.assertReply(result, "publish");
  return new LiveReply(to, kind, result, options);
}

/** What of an error the caller may see: no stack, no cause. */
function toRemoteError(error: unknown): RemoteError {
  if (!(error instanceof Error))
    return { name: "Error", message: "the handler threw something that is no error" };
  const code: unknown = "code" in error ? error.code : undefined;
  return { name: error.name, message: error.message, ...(typeof code === "string" ? { code } : {}) };
}
