import type { Message } from "../broker/message.js";
import type { BusParts } from "../bus-parts.js";
import type { AnyRequestContract } from "../contract/contract.js";
import { defaultLimits } from "../contract/limits.js";
import type { Envelope } from "../envelope.js";
import { PublishError, type RemoteError, RequestError } from "../errors.js";
import type { ResolvedOptions } from "../options.js";
import { type Deadline, Deadlines } from "../publish/deadlines.js";
import type { LiveMessage } from "../publish/live-message.js";
import type { Publisher } from "../publish/publisher.js";
import { describeThrown } from "../thrown.js";
import { LiveReply } from "./reply.js";

interface PendingRequest {
  readonly contract: AnyRequestContract;
  readonly resolve: (reply: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** Ends the deadline and the signal. */
  readonly forget: () => void;
}

/** Commands and queries that wait for their replies. */
export class Requests {
  readonly #options: ResolvedOptions;
  readonly #publisher: Publisher;
  readonly #deadlines: Deadlines;
  readonly #pending = new Map<string, PendingRequest>();
  readonly #onQuiet: () => void;

  constructor(parts: BusParts, publisher: Publisher) {
    this.#options = parts.options;
    this.#publisher = publisher;
    this.#deadlines = new Deadlines(parts.options.clock);
    this.#onQuiet = parts.onQuiet;
  }

  get open(): number {
    return this.#pending.size;
  }

  /** Resolves with the checked reply. @throws RequestError */
  async request(
    contract: AnyRequestContract,
    payload: unknown,
    second: unknown,
    third: unknown,
    cause?: Envelope,
  ): Promise<unknown> {
    try {
      const message = this.#publisher.prepare(contract, payload, second, third, cause);
      const { id } = message.envelope;
      if (this.#pending.has(id)) {
        throw new RequestError(
          "REQUEST_REFUSED",
          `cannot send ${contract.name}: a request with this id waits already`,
        );
      }
      const reply = this.#await(contract, id, message.options);
      message.expectsReply = true;
      this.#send(message);
      return await reply;
    } catch (error) {
      throw asRequestError(contract, error);
    }
  }

  onReply(message: Message): void {
    const { inreplyto = "", replykind } = message.attributes;
    this.#end(inreplyto, ({ contract, resolve, reject }) => {
      try {
        const reply = this.#read(contract, message);
        if (replykind !== "ok") throw remoteFailure(contract, replykind, reply);
        if (this.#options.validate) assertReply(contract, reply);
        resolve(reply);
      } catch (error) {
        reject(error);
      }
    });
  }

  /** Rejects all that wait: the bus is closed. */
  close(): void {
    for (const id of [...this.#pending.keys()]) {
      this.#end(id, ({ contract, reject }) =>
        reject(new RequestError("REQUEST_ABORTED", `no reply to ${contract.name}: bus is closed`)),
      );
    }
  }

  /** A request that was not sent waits for no reply. */
  #send(message: LiveMessage): void {
    const fail = (error: unknown): void => this.#end(message.envelope.id, (pending) => pending.reject(error));
    try {
      this.#publisher.send(message)?.catch(fail);
    } catch (error) {
      fail(error);
    }
  }

  #await(
    contract: AnyRequestContract,
    id: string,
    options: { readonly timeoutMs?: number; readonly signal?: AbortSignal } = {},
  ): Promise<unknown> {
    const timeoutMs = options.timeoutMs ?? this.#options.timeoutMs;
    return new Promise((resolve, reject) => {
      const fail = (code: "REQUEST_TIMEOUT" | "REQUEST_ABORTED", why: string): void =>
        this.#end(id, () => reject(new RequestError(code, `no reply to ${contract.name}: ${why}`)));
      const deadline: Deadline = {
        previous: undefined,
        next: undefined,
        dueAt: 0,
        expire: () => fail("REQUEST_TIMEOUT", `none came within ${timeoutMs} ms`),
      };
      this.#deadlines.add(timeoutMs, deadline);
      const onAbort = (): void => fail("REQUEST_ABORTED", "aborted by its signal");
      options.signal?.addEventListener("abort", onAbort, { once: true });
      const forget = (): void => {
        this.#deadlines.remove(deadline);
        options.signal?.removeEventListener("abort", onAbort);
      };
      this.#pending.set(id, { contract, resolve, reject, forget });
    });
  }

  /** A reply that comes too late, or twice, finds nothing here. */
  #end(id: string, settle: (pending: PendingRequest) => void): void {
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    pending.forget();
    settle(pending);
    if (this.#pending.size === 0) this.#onQuiet();
  }

  #read(contract: AnyRequestContract, message: Message): unknown {
    if (message instanceof LiveReply) return message.payload;
    // What a failed handler tells is no payload of the channel.
    const limits = message.attributes.replykind === "ok" ? contract.channel.limits : defaultLimits;
    const { serializer = contract.serializer } = this.#options;
    return serializer.deserialize(`reply to ${contract.name}`, message.body, limits);
  }
}

function assertReply(contract: AnyRequestContract, reply: unknown): void {
  contract.assertReply(reply);
}

function remoteFailure(contract: AnyRequestContract, kind: string | undefined, reply: unknown): RequestError {
  const remote = isRemoteError(reply) ? reply : { name: "Error", message: "the handler gave no reason" };
  const code = kind === "refused" ? "REQUEST_REFUSED" : "REQUEST_FAILED";
  const what = kind === "refused" ? "refused" : "failed";
  return new RequestError(
    code,
    `${contract.name} ${what} at its handler: ${remote.name}: ${remote.message}`,
    { remote },
  );
}

function isRemoteError(value: unknown): value is RemoteError {
  return (
    typeof value === "object" &&
    value !== null &&
    "name" in value &&
    typeof value.name === "string" &&
    "message" in value &&
    typeof value.message === "string"
  );
}

function asRequestError(contract: AnyRequestContract, error: unknown): RequestError {
  if (error instanceof RequestError) return error;
  const { message: reason } = describeThrown(error);
  if (error instanceof PublishError && error.code === "PUBLISH_TIMEOUT") {
    return new RequestError("REQUEST_TIMEOUT", `no reply to ${contract.name}: ${reason}`, { cause: error });
  }
  if (error instanceof PublishError && error.code === "PUBLISH_UNROUTABLE") {
    return new RequestError("REQUEST_NO_HANDLER", `no reply to ${contract.name}: it has no handler`, {
      cause: error,
    });
  }
  return new RequestError("REQUEST_REFUSED", `no reply to ${contract?.name ?? "request"}: ${reason}`, {
    cause: error,
  });
}
