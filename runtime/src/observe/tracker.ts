import { type Clock, systemClock } from "../clock.js";
import type { AnyContract, EventContract } from "../contract/contract.js";
import { type Envelope, withHeaders } from "../envelope.js";
import { HandlingError } from "../errors.js";
import type { HandleNext, Middleware, PublishNext } from "../pipeline/middleware.js";

/** An event that a tracker has seen. */
export interface TrackedEvent {
  readonly contract: AnyContract;
  readonly envelope: Envelope;
}

export interface WaitOptions<Payload> {
  readonly where?: (event: Payload, envelope: Envelope<Payload>) => boolean;
  /** @default 5000 */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

type Watcher = (event: TrackedEvent) => void;

/** Remembers the last events that its bus published or handled, each once. A middleware. */
export class Tracker implements Middleware {
  readonly #capacity: number;
  readonly #clock: Clock;
  readonly #events = new Map<string, TrackedEvent>();
  readonly #watchers = new Set<Watcher>();

  /** `keep` is the number of events remembered. */
  constructor({ keep = 1000, clock = systemClock }: { readonly keep?: number; readonly clock?: Clock } = {}) {
    this.#capacity = keep;
    this.#clock = clock;
  }

  /** Oldest first. */
  get events(): readonly TrackedEvent[] {
    return [...this.#events.values()];
  }

  /** Those who wait. */
  get waiting(): number {
    return this.#watchers.size;
  }

  /** Resolves with the next event that fits. @throws HandlingError `TRACKER_TIMEOUT`, or the signal's reason */
  waitFor<Payload>(
    contract: EventContract<Payload, unknown>,
    { where = () => true, timeoutMs = 5000, signal }: WaitOptions<Payload> = {},
  ): Promise<Envelope<Payload>> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        this.#watchers.delete(watch);
        stopTimer();
        signal?.removeEventListener("abort", onAbort);
        settle();
      };
      const onAbort = (): void => end(() => reject(signal?.reason));
      const onTimeout = (): void =>
        end(() => reject(new HandlingError("TRACKER_TIMEOUT", `no ${contract.name} within ${timeoutMs} ms`)));
      const watch: Watcher = ({ contract: seen, envelope }) => {
        if (seen !== contract) return;
        try {
          const { payload } = envelope;
          contract.assert(payload);
          const typed = { ...withHeaders(envelope, {}), payload };
          if (where(payload, typed)) end(() => resolve(typed));
        } catch (error) {
          end(() => reject(error));
        }
      };
      const stopTimer = this.#clock.after(timeoutMs, onTimeout);
      this.#watchers.add(watch);
      signal?.addEventListener("abort", onAbort, { once: true });
      if (signal?.aborted) onAbort();
    });
  }

  async publish(envelope: Envelope, contract: AnyContract, next: PublishNext): Promise<void> {
    await next();
    this.#see({ contract, envelope });
  }

  handle(envelope: Envelope, contract: AnyContract, next: HandleNext): unknown {
    this.#see({ contract, envelope });
    return next();
  }

  #see(event: TrackedEvent): void {
    const { id } = event.envelope;
    if (this.#events.has(id)) return;
    this.#events.set(id, event);
    if (this.#events.size > this.#capacity) {
      for (const oldest of this.#events.keys()) {
        this.#events.delete(oldest);
        break;
      }
    }
    for (const watch of [...this.#watchers]) watch(event);
  }
}
