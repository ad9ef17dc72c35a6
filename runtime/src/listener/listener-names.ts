import { BusError } from "../errors.js";
import type { Registration } from "./registration.js";

/**
 * Names for listeners, in order of registration. A chosen name is kept, also when several share it and with it the
 * work. A name taken from a class or function gets a number when it is taken; where events are kept for a listener
 * over restarts, such a name is no name: it must be chosen.
 */
export class ListenerNames {
  readonly #taken = new Set<string>();

  /** @throws BusError `LISTENER_UNNAMED` */
  nameFor(registration: Registration): string {
    const { name, named, handlers, options } = registration;
    if (name !== undefined && (named || !this.#taken.has(name))) {
      this.#taken.add(name);
      return name;
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
      this.#taken.add(numbered);
      return numbered;
    }
  }
}
