import { AsyncQueue, type AsyncQueueOptions } from "./async-queue.js";
import type { AnyContract } from "./contract/contract.js";
import type { Envelope } from "./envelope.js";
import type { ErrorHooks } from "./error-hooks.js";

/** An event that was published on a bus. */
export interface PublishedEvent {
  readonly contract: AnyContract;
  readonly envelope: Envelope;
}

export interface EventsOptions extends Omit<AsyncQueueOptions, "onEnd"> {
  /** Only events that no listener of this bus takes. @default false */
  readonly unhandled?: boolean;
}

/** Takes the events that no listener of its bus takes. */
export type DefaultListener = (event: unknown, published: PublishedEvent) => void | Promise<void>;

/** Those who see what a bus publishes beside its listeners. */
export class Observers {
  readonly #hooks: ErrorHooks;
  readonly #streams = new Map<AsyncQueue<PublishedEvent>, boolean>();
  defaultListener: DefaultListener | undefined = undefined;

  constructor(hooks: ErrorHooks) {
    this.#hooks = hooks;
  }

  /** Whether anybody looks. */
  get any(): boolean {
    return this.#streams.size > 0 || this.defaultListener !== undefined;
  }

  events({ unhandled = false, ...options }: EventsOptions): AsyncQueue<PublishedEvent> {
    const stream = new AsyncQueue<PublishedEvent>({ ...options, onEnd: () => this.#streams.delete(stream) });
    this.#streams.set(stream, unhandled);
    return stream;
  }

  published(event: PublishedEvent, handled: boolean): void {
    for (const [stream, unhandledOnly] of this.#streams) if (!handled || !unhandledOnly) stream.push(event);
    if (!handled && this.defaultListener !== undefined) void this.#callDefault(this.defaultListener, event);
  }

  close(): void {
    for (const stream of this.#streams.keys()) stream.end();
  }

  async #callDefault(listener: DefaultListener, event: PublishedEvent): Promise<void> {
    try {
      await listener(event.envelope.payload, event);
    } catch (error) {
      this.#hooks.report({ error, listener: "default listener", ...event });
    }
  }
}
