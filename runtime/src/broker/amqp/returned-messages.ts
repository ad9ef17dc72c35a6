import type { AmqpMessage } from "./amqp-client.js";

/** What the server has given back since no queue takes it, and has not confirmed yet: the return comes first. */
export class ReturnedMessages {
  /** How often, by key. */
  readonly #counts = new Map<string, number>();

  get isEmpty(): boolean {
    return this.#counts.size === 0;
  }

  add({ fields, properties }: AmqpMessage): void {
    const key = returnKey(fields.routingKey, properties.messageId);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** Whether a message with this key was given back, which counts once. */
  take(key: string): boolean {
    const count = this.#counts.get(key) ?? 0;
    if (count > 1) this.#counts.set(key, count - 1);
    else this.#counts.delete(key);
    return count > 0;
  }

  clear(): void {
    this.#counts.clear();
  }
}

/** By which the server's return of a message is paired with its publish. */
export function returnKey(routingKey: string, messageId: string | undefined): string {
  return `${routingKey} ${messageId ?? ""}`;
}
