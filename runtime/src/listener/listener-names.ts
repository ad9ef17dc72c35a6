import { BusError } from "../errors.js";
import type { Registration } from "./registration.js";

/**
 * Names for listeners, in order of registration. A chosen name is kept, also when several share it and with it the
 * work. A name taken from a class or function gets a number when it is taken; where events are kept for a listener
 * over restarts, such a name is no name: it must be chosen.
 */
export class ListenerNames {
  readonly #taken = new Map<string, number>();

  /** @throws BusError `LISTENER_UNNAMED` */
  nameFor(registration: Registration): string {
    const { name, named, handlers, options } = registration;
    if (name !== undefined && (named || !this.#taken.has(name))) {
      return this.#take(name);
    }
    const [first] = handlers;
    const lasting =
      options.scope !== "broadcast" && handlers.some(({ contract }) => contract.channel.durable);
    if (lasting) {
      const why = name === undefined ? "it has no name" : `another listener is called ${name}`;
      throw new BusError(
        "LISTENER_UNNAMED",
        `cannot listen to ${first?.contract.name}: ${why}, and its channel keeps events by name; set options.name`,
      );
    }
    const base = name ?? `${first?.contract.name}-listener`;
    for (let number = name === undefined ? 1 : 2; ; number++) {
      const numbered = `${base}-${number}`;
      if (this.#taken.has(numbered)) continue;
      return this.#take(numbered);
    }
  }

  /** Gives a name back; free when all who share it have done so. */
  release(name: string): void {
    const others = (this.#taken.get(name) ?? 1) - 1;
    if (others > 0) this.#taken.set(name, others);
    else this.#taken.delete(name);
  }

  #take(name: string): string {
    this.#taken.set(name, (this.#taken.get(name) ?? 0) + 1);
    return name;
  }
}
