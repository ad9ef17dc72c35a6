import type { AnyContract, AnyRequestContract } from "../contract/contract.js";
import type { Envelope } from "../envelope.js";
import { PublishError } from "../errors.js";
import type { Lifecycle, LifecycleParts } from "../lifecycle.js";
import { asPublishError } from "./as-publish-error.js";
import type { LiveMessage } from "./live-message.js";

/** What goes out of a bus: only while it runs, and before the eyes of its observers. */
export class Outlet {
  readonly #parts: LifecycleParts;
  readonly #lifecycle: Lifecycle;

  constructor(parts: LifecycleParts, lifecycle: Lifecycle) {
    this.#parts = parts;
    this.#lifecycle = lifecycle;
  }

  /** An event, or a command that nobody answers. */
  put(
    kind: "event" | "command",
    contract: AnyContract,
    payload: unknown,
    second: unknown,
    third: unknown,
  ): Promise<Envelope> {
    const { publisher, observers } = this.#parts;
    if (this.#lifecycle.state !== "running") return this.#refuse(contract);
    if (!observers.any) return publisher.publish(kind, contract, payload, second, third);
    return this.#putObserved(kind, contract, payload, second, third);
  }

  request(contract: AnyRequestContract, payload: unknown, second: unknown, third: unknown): Promise<unknown> {
    if (this.#lifecycle.state !== "running")
      return Promise.reject(this.#lifecycle.notRunning(`send ${contract.name}`));
    return this.#parts.gateway.request(contract, payload, second, third);
  }

  /** A message that was prepared before. Returns nothing when it was taken at once. @throws PublishError */
  send(message: LiveMessage): Promise<Envelope> | undefined {
    const { publisher, observers } = this.#parts;
    return observers.any ? this.#sendAndTell(message) : publisher.send(message);
  }

  async #putObserved(
    kind: "event" | "command",
    contract: AnyContract,
    payload: unknown,
    second: unknown,
    third: unknown,
  ): Promise<Envelope> {
    try {
      const message = this.#parts.publisher.prepareAs(kind, contract, payload, second, third);
      return await this.#sendAndTell(message);
    } catch (error) {
      throw asPublishError(contract, error, "refused");
    }
  }

  async #sendAndTell(message: LiveMessage): Promise<Envelope> {
    const { listeners, observers } = this.#parts;
    const { contract, address } = message;
    const handled = listeners.takes(contract, address);
    const envelope = await this.#sendOrDefault(message, handled);
    observers.published({ contract, envelope }, handled);
    return envelope;
  }

  /** An event that no queue takes is taken where there is a default listener. */
  async #sendOrDefault(message: LiveMessage, handled: boolean): Promise<Envelope> {
    const { publisher, observers } = this.#parts;
    try {
      return (await publisher.send(message)) ?? message.envelope;
    } catch (error) {
      const unroutable = error instanceof PublishError && error.code === "PUBLISH_UNROUTABLE";
      if (unroutable && !handled && observers.defaultListener !== undefined) return message.envelope;
      throw error;
    }
  }

  #refuse(contract: AnyContract): Promise<never> {
    const { code, message } = this.#lifecycle.notRunning(`publish ${contract?.name}`);
    const reason = code === "BUS_CLOSED" ? "PUBLISH_CLOSED" : "PUBLISH_NOT_STARTED";
    return Promise.reject(new PublishError(reason, message, { outcome: "refused" }));
  }
}
