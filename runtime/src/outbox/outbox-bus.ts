import type { AnyContract } from "../contract/contract.js";
import type { Envelope } from "../envelope.js";
import { RequestError } from "../errors.js";
import { BusCalls } from "../publish/bus-calls.js";

/** Keeps an event or a posted command. @throws PublishError */
export type Keep = (
  kind: "event" | "command",
  contract: AnyContract,
  payload: unknown,
  second: unknown,
  third: unknown,
) => Promise<Envelope>;

/** What publishers get in place of a bus: what they publish is written into a transaction. */
export class OutboxBus extends BusCalls {
  readonly #keep: Keep;

  constructor(keep: Keep) {
    super();
    this.#keep = keep;
  }

  protected override put(...call: Parameters<Keep>): Promise<Envelope> {
    return this.#keep(...call);
  }

  protected override request({ name }: AnyContract): Promise<never> {
    const why = "an outbox keeps events and posted commands, and no reply comes before the commit";
    return Promise.reject(new RequestError("REQUEST_REFUSED", `cannot send ${name}: ${why}`));
  }
}
