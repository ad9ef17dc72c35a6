import type { Buffer } from "node:buffer";
import type { ConsumerNames } from "./consumer-names.js";
import { moveDelayed } from "./delayed-events.js";
import { replyCode } from "./redis-client.js";
import type { StreamKeys } from "./redis-keys.js";
import {
  ackRetriedScript,
  buryScript,
  claimScript,
  disbandScript,
  dueScript,
  forgetConsumersScript,
  forgetGroupsScript,
  giveBackScript,
  giveTurnBackScript,
  laterScript,
  renewScript,
  takeTurnScript,
  trimScript,
} from "./redis-scripts.js";
import type { CommandLink } from "./redis-servers.js";
import { asList, type Recovered, readRecovered, type StreamEntry, textOf } from "./stream-entry.js";

/** How an entry is to come again. */
export interface Again {
  readonly entry: StreamEntry;
  readonly attempt: number;
  readonly firstFailedAt: number | undefined;
}

/** Most entries that are moved or claimed by one command: the server does nothing else meanwhile. */
const batch = 500;

/** How the names of groups begin that are one subscription's own. */
export const ownGroupPrefix = "broadcast:";

/** Such a group whose consumer has not come for this long is one of a process that died. */
const ownGroupIdleMs = 600_000;

/** One consumer of one group on one stream: what it asks of the server. Every call can be repeated without harm. */
export class StreamGroup {
  readonly group: string;
  readonly keys: StreamKeys;
  readonly names: ConsumerNames;
  readonly #retry: string;
  readonly #later: string;
  readonly #link: CommandLink;

  constructor(link: CommandLink, keys: StreamKeys, group: string, names: ConsumerNames) {
    this.#link = link;
    this.keys = keys;
    this.group = group;
    this.names = names;
    this.#retry = keys.retry(group);
    this.#later = keys.later(group);
  }

  get retryStream(): string {
    return this.#retry;
  }

  get activeKey(): string {
    return this.keys.active(this.group);
  }

  /** Lets the server know of this consumer, so that the others do not take its group for deserted. */
  async enter(): Promise<void> {
    await this.#link.call("XGROUP", "CREATECONSUMER", this.keys.stream, this.group, this.names.current);
  }

  /** Makes the group unless it is there. `from` is where a new one begins. Returns whether it was made. */
  async create(from: "$" | "0"): Promise<boolean> {
    const [made] = await Promise.all([this.#create(this.keys.stream, from), this.#create(this.#retry, "0")]);
    return made;
  }

  async ack(ids: readonly string[], retried: boolean, link: CommandLink = this.#link): Promise<void> {
    if (retried) await this.#script(ackRetriedScript, [this.#retry, this.#retry], ...ids);
    else await link.call("XACK", this.keys.stream, this.group, ...ids);
  }

  /** The stream, or the retry stream, and the latter. */
  streams(retried: boolean): readonly [string, string] {
    return [this.#streamOf(retried), this.#retry];
  }

  /** Gives entries of one of the two streams back to the group. Returns ids that the server had lost. */
  async giveBack(again: readonly Again[], retried: boolean): Promise<readonly string[]> {
    const words = again.flatMap(({ entry, attempt, firstFailedAt }) => [
      entry.id,
      attempt,
      firstFailedAt ?? 0,
    ]);
    const reply = await this.#script(giveBackScript, [this.#streamOf(retried), this.#retry], ...words);
    return asList(reply).map(textOf);
  }

  async later({ entry, attempt, firstFailedAt }: Again, delayMs: number): Promise<void> {
    const keys = [this.#streamOf(entry.retried), this.#retry, this.#later];
    await this.#script(laterScript, keys, entry.id, delayMs, attempt, firstFailedAt ?? 0, entry.document);
  }

  async bury(entry: StreamEntry, listener: string, letter: string): Promise<void> {
    const keys = [this.#streamOf(entry.retried), this.#retry, this.keys.dead(listener)];
    await this.#script(buryScript, keys, entry.id, letter, entry.document);
  }

  /** Moves what is due to the retry stream. Returns the milliseconds until more is, or nothing when nothing waits. */
  async moveDue(): Promise<number | undefined> {
    const wait = Number(await this.#link.call("EVAL", dueScript, 2, this.#later, this.#retry, batch));
    return wait < 0 ? undefined : wait;
  }

  /** Takes over what others have held for longer than `idleMs`. */
  claim(idleMs: number, most: number, retried: boolean): Promise<Recovered> {
    return this.#recover(claimScript, retried, this.names.current, idleMs, most);
  }

  /** Renews the leases of what is held, and finds what was given to earlier names of this consumer. */
  renew(held: readonly string[], retried: boolean): Promise<Recovered> {
    const { current, earlier } = this.names;
    return this.#recover(renewScript, retried, current, earlier.length, ...earlier, ...held);
  }

  /** Whether any member takes its turns with others. */
  async hasTurns(): Promise<boolean> {
    return Number(await this.#link.call("EXISTS", this.activeKey)) > 0;
  }

  /** Lets a member be the active one for a while, unless another is. */
  async takeTurn(token: string, leaseMs: number): Promise<"kept" | "new" | "another's"> {
    const ms = Math.ceil(leaseMs);
    const answer = Number(await this.#link.call("EVAL", takeTurnScript, 1, this.activeKey, token, ms));
    if (answer === 2) return "kept";
    return answer === 1 ? "new" : "another's";
  }

  async giveTurnBack(token: string): Promise<void> {
    await this.#link.call("EVAL", giveTurnBackScript, 1, this.activeKey, token);
  }

  /** Moves events that were published with a delay and are due. Returns as {@link StreamGroup.moveDue}. */
  moveDelayed(): Promise<number | undefined> {
    return moveDelayed(this.#link, this.keys);
  }

  /** Removes what all have handled, when it is older than `retainMs`, and than others retain it. */
  async trim(retainMs: number): Promise<void> {
    const { stream, retained } = this.keys;
    await this.#link.call("EVAL", trimScript, 2, stream, retained, retainMs);
  }

  /** Removes consumers of these names, but not those that hold something. */
  async forgetNames(names: readonly string[]): Promise<void> {
    await Promise.all(names.map((name) => this.#forget(0, name)));
  }

  /** Removes consumers that hold nothing and have not come for longer than `idleMs`. */
  async forgetConsumers(idleMs: number): Promise<void> {
    await this.#forget(idleMs);
  }

  /** Removes groups that were one subscription's own, and whose process died. */
  async forgetGroups(): Promise<void> {
    const { stream, retry, later } = this.keys;
    const words = [ownGroupPrefix, ownGroupIdleMs];
    const names = asList(await this.#link.call("EVAL", forgetGroupsScript, 1, stream, ...words)).map(textOf);
    await Promise.all(names.map((name) => this.#link.call("DEL", retry(name), later(name))));
  }

  /** Lets the streams vanish when nobody cares for them any more. */
  async expire(afterMs: number): Promise<void> {
    const streams = [this.keys.stream, this.#retry];
    await Promise.all(streams.map((stream) => this.#link.call("PEXPIRE", stream, afterMs)));
  }

  /** Removes this consumer, unless something was given to it that it has not settled. */
  async leave(): Promise<void> {
    await this.forgetNames([...this.names.earlier, this.names.current]);
  }

  /** Removes the group if nobody is left in it, and its stream if it was the last. */
  async disband(): Promise<void> {
    const { stream } = this.keys;
    await this.#script(disbandScript, [stream, this.#retry, this.#later]);
  }

  /** Removes the group and all that is kept for it. */
  async destroy(): Promise<void> {
    await Promise.all([
      this.#link.call("XGROUP", "DESTROY", this.keys.stream, this.group),
      this.#link.call("DEL", this.#retry, this.#later),
    ]);
  }

  async #forget(...words: readonly (string | number)[]): Promise<void> {
    const streams = [this.keys.stream, this.#retry];
    await Promise.all(streams.map((stream) => this.#script(forgetConsumersScript, [stream], ...words)));
  }

  #streamOf(retried: boolean): string {
    return retried ? this.#retry : this.keys.stream;
  }

  async #recover(script: string, retried: boolean, ...words: (string | number)[]): Promise<Recovered> {
    return readRecovered(await this.#script(script, [this.#streamOf(retried)], ...words), retried);
  }

  #script(script: string, keys: readonly string[], ...words: (string | number | Buffer)[]): Promise<unknown> {
    return this.#link.call("EVAL", script, keys.length, ...keys, this.group, ...words);
  }

  async #create(stream: string, from: string): Promise<boolean> {
    try {
      await this.#link.call("XGROUP", "CREATE", stream, this.group, from, "MKSTREAM");
      return true;
    } catch (error) {
      if (replyCode(error) === "BUSYGROUP") return false;
      throw error;
    }
  }
}
