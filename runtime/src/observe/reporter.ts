import { type Clock, systemClock } from "../clock.js";
import type { AnyContract } from "../contract/contract.js";
import type { Envelope } from "../envelope.js";
import { EventwrightError } from "../errors.js";
import type { HandleNext, ListenerDescription, Middleware, PublishNext } from "../pipeline/middleware.js";

/** What happened to one event: how it was published, or how one listener handled it. Never its payload. */
export interface EventRecord {
  readonly direction: "publish" | "handle";
  readonly outcome: "ok" | "failed";
  readonly contract: string;
  readonly channel: string;
  readonly type: string;
  readonly id: string;
  readonly source: string;
  readonly durationMs: number;
  /** For `handle`. */
  readonly listener?: string;
  readonly attempt?: number;
  /** For `failed`: the error's code, or its name. */
  readonly error?: string;
}

/** Writes one structured record for each publish and each handling. A middleware; its own failure never leaves it. */
export class Reporter implements Middleware {
  readonly #write: (record: EventRecord) => void;
  readonly #clock: Clock;

  constructor(write: (record: EventRecord) => void, clock: Clock = systemClock) {
    this.#write = write;
    this.#clock = clock;
  }

  async publish(envelope: Envelope, contract: AnyContract, next: PublishNext): Promise<void> {
    await this.#timed("publish", envelope, contract, next);
  }

  handle(
    envelope: Envelope,
    contract: AnyContract,
    next: HandleNext,
    listener: ListenerDescription,
  ): unknown {
    const of = { listener: listener.name, attempt: listener.context.attempt };
    return this.#timed("handle", envelope, contract, next, of);
  }

  async #timed<Result>(
    direction: EventRecord["direction"],
    { type, id, source }: Envelope,
    contract: AnyContract,
    next: () => Promise<Result>,
    of: { readonly listener?: string; readonly attempt?: number } = {},
  ): Promise<Result> {
    const startedAt = this.#clock.now();
    const record = (outcome: EventRecord["outcome"], error?: unknown): void =>
      this.#writeSafely({
        direction,
        outcome,
        contract: contract.name,
        channel: contract.channel.name,
        type,
        id,
        source,
        durationMs: this.#clock.now() - startedAt,
        ...of,
        ...(outcome === "ok" ? {} : { error: nameOf(error) }),
      });
    try {
      const result = await next();
      record("ok");
      return result;
    } catch (error) {
      record("failed", error);
      throw error;
    }
  }

  #writeSafely(record: EventRecord): void {
    try {
      this.#write(record);
    } catch {
      // A log that fails must not fail the event.
    }
  }
}

function nameOf(error: unknown): string {
  if (error instanceof EventwrightError) return error.code;
  return error instanceof Error ? error.name : typeof error;
}
