import { matchesPattern } from "../../address.js";
import type { Message } from "../message.js";
import { passScript, takesScript } from "./redis-scripts.js";
import type { CommandLink } from "./redis-servers.js";
import { asList, textOf } from "./stream-entry.js";

export interface GroupTakesParts {
  readonly link: Pick<CommandLink, "call">;
  /** A hash on the server: `["ADDRESS","TYPE"]` by the time at which a member last said that it takes it. */
  readonly key: string;
  /** The address, or pattern, and the types of this member. */
  readonly address: string;
  readonly types: readonly string[];
  /** Whether this member takes turns with the others. */
  readonly isExclusive: boolean;
}

export interface Passing {
  /** The stream that the entries lie in, and the retry stream. */
  readonly streams: readonly [string, string];
  readonly group: string;
  /** By which the entries were judged. */
  readonly version: string;
  readonly ids: readonly string[];
}

/** What others take, and how long ago one of them said so. */
interface Taken {
  readonly address: string;
  readonly type: string;
  readonly agoMs: number;
}

/** A member that takes something says so again after this time. */
const refreshAfterMs = 20_000;
/** And is at work if it did within this time. */
const absentAfterMs = 60_000;
/** What nobody has taken for so long is no longer the group's. */
const forgetAfterMs = 7 * 86_400_000;

/** The field that says how often the others have changed. No address and type look like it. */
const versionField = "version";
/** And this one stands for a member that takes no turns. */
const sharedField = "shared";

/**
 * What the members of a group take. Each gets entries of all types, so one that passes over what only others take would lose
 * it: old and new instances of a listener run side by side whenever a new one takes more.
 */
export class GroupTakes {
  readonly #parts: GroupTakesParts;
  readonly #own: readonly string[];
  #version = "";
  #hasShared = false;
  #others: readonly Taken[] = [];
  #saidAt = Number.NEGATIVE_INFINITY;

  constructor(parts: GroupTakesParts) {
    this.#parts = parts;
    const own = parts.types.map((type) => JSON.stringify([parts.address, type]));
    this.#own = parts.isExclusive ? own : [...own, sharedField];
  }

  /** Of what {@link GroupTakes.takerOf} answers by. */
  get version(): string {
    return this.#version;
  }

  /** Whether another member is at work that takes no turns, as far as one that does knows. */
  get hasShared(): boolean {
    return this.#hasShared;
  }

  /** Says what this member takes. What is published from then on no other member passes over. */
  async say(): Promise<void> {
    const { link, key } = this.#parts;
    this.#learn(await link.call("EVAL", takesScript, 1, key, forgetAfterMs, ...this.#own));
    this.#saidAt = performance.now();
  }

  /** Says so again when it is time to. */
  async sayAgain(): Promise<void> {
    if (performance.now() - this.#saidAt >= refreshAfterMs) await this.say();
  }

  /** This member goes. What it takes stays the group's; others that take no turns either say so again. */
  async leave(): Promise<void> {
    if (!this.#parts.isExclusive) await this.#parts.link.call("HDEL", this.#parts.key, sharedField);
  }

  /** Whether another member takes a message: one that is at work, or one that is away. */
  takerOf({ type, address }: Message): "present" | "absent" | undefined {
    const takers = this.#others.filter(
      (taken) => taken.type === type && matchesPattern(taken.address, address),
    );
    if (takers.length === 0) return undefined;
    return takers.some(({ agoMs }) => agoMs < absentAfterMs) ? "present" : "absent";
  }

  /**
   * Acknowledges what nobody takes. Does nothing, and gives false, when it was judged by what is no longer true: members
   * have come since, and each is to be judged again.
   */
  async pass({ streams, group, version, ids }: Passing): Promise<boolean> {
    const { link, key } = this.#parts;
    const reply = await link.call("EVAL", passScript, 3, ...streams, key, group, version, ...ids);
    if (!Array.isArray(reply)) return true;
    this.#learn(reply);
    return false;
  }

  /** From the time on the server and the fields of the hash. */
  #learn(reply: unknown): void {
    const [now, ...fields] = asList(reply).map(textOf);
    this.#version = "";
    this.#hasShared = false;
    const others: Taken[] = [];
    for (let index = 0; index < fields.length; index += 2) {
      const [name = "", value = ""] = [fields[index], fields[index + 1]];
      const agoMs = Number(now) - Number(value);
      if (name === versionField) this.#version = value;
      else if (name === sharedField) this.#hasShared = agoMs < absentAfterMs;
      else if (!this.#own.includes(name)) others.push(...parseTaken(name, agoMs));
    }
    this.#others = others;
  }
}

/** Nothing for a field that somebody else has put there. */
function parseTaken(field: string, agoMs: number): readonly Taken[] {
  try {
    const parsed: unknown = JSON.parse(field);
    const [address, type] = asList(parsed);
    return typeof address === "string" && typeof type === "string" ? [{ address, type, agoMs }] : [];
  } catch {
    return [];
  }
}
