import { BrokerError } from "../../errors.js";
import { replyCode } from "./redis-client.js";
import { isAnswerLost } from "./redis-link.js";
import type { StreamCare } from "./stream-care.js";
import type { StreamGroup } from "./stream-group.js";
import type { StreamReader } from "./stream-reader.js";

export interface GroupRecoveryParts {
  readonly group: StreamGroup;
  readonly reader: StreamReader;
  readonly care: StreamCare;
  /** Lets the group be found by the listener's name. */
  readonly register: () => Promise<void>;
  /** What to do when the server has lost the group. */
  readonly onGroupLost: "create" | "stop";
  readonly onReport: (error: unknown) => void;
  readonly isStopped: () => boolean;
  /** The connection is there, and the group, and nothing of an earlier connection is left. */
  readonly onReady: () => void;
}

const pauseMs = 200;

/** Brings a consumer to where it can read, at its beginning and after every loss. */
export class GroupRecovery {
  readonly #parts: GroupRecoveryParts;
  #running: Promise<void> | undefined;

  constructor(parts: GroupRecoveryParts) {
    this.#parts = parts;
  }

  /** Resolves when it is there, or the connection is gone: with the next one it is to be called again. */
  run(): Promise<void> {
    this.#running ??= this.#try().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #try(): Promise<void> {
    const { group, reader, care, isStopped, onReady } = this.#parts;
    while (reader.isUp && !isStopped()) {
      const name = group.names.current;
      try {
        await care.renew(); // says NOGROUP when the group is gone, also together with its stream
        await group.enter();
        if (group.names.current !== name) continue; // another connection: the one before may have been given something
        onReady();
        return;
      } catch (error) {
        if (isAnswerLost(error)) reader.drop();
        if (replyCode(error) === "NOGROUP" && !(await this.#groupIsLost())) return;
      }
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }

  /** Whether to go on. */
  async #groupIsLost(): Promise<boolean> {
    const { onGroupLost, onReport } = this.#parts;
    const { group, keys } = this.#parts.group;
    const what = `the server has lost the group ${group} of ${keys.stream}, and what it had not handled`;
    if (onGroupLost === "stop") {
      onReport(new BrokerError("BROKER_FAILED", `${what}; it stays stopped, as onGroupLost says`));
      return false;
    }
    const isNew = await this.#make().catch(() => false);
    if (isNew) onReport(new BrokerError("BROKER_FAILED", `${what}; it was made again`));
    return true;
  }

  async #make(): Promise<boolean> {
    await this.#parts.register();
    return this.#parts.group.create("0");
  }
}
