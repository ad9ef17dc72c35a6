import type { AmqpDelivery } from "./amqp-delivery.js";
import type { HeldDeliveries } from "./held-deliveries.js";
import type { InTurn } from "./in-turn.js";

/** Times that an event may be given back, for whatever reason, before it is suspected to kill its process. */
const returnsAllowed = 3;

/** Times that a suspect may come back from its trial, until it counts as guilty. */
const lonelyReturnsAllowed = 3;

export interface SuspectTrialsParts {
  /** Trials in this process, whichever listener's: one could end by the fault of another. */
  readonly turns: InTurn;
  readonly held: HeldDeliveries;
  readonly deliver: (delivery: AmqpDelivery) => void;
  /** Puts it among the suspects, and a summons into the listener's queue. */
  readonly accuse: (delivery: AmqpDelivery) => void;
  /** Puts it to the dead letters. */
  readonly condemn: (delivery: AmqpDelivery) => void;
  /** The next suspect. */
  readonly take: () => Promise<AmqpDelivery | undefined>;
  readonly report: (error: unknown) => void;
}

/**
 * Finds events that kill the process which handles them. The server gives back all that a process held when it died, and
 * tells only how often. So whatever was given back several times goes to a queue of suspects, from which it is taken only
 * for its trial: to be handled while its listener does nothing else here. What comes back to that queue was in trial when
 * its process died, and nothing else was. A summons in the listener's own queue says that a suspect waits.
 */
export class SuspectTrials {
  readonly #parts: SuspectTrialsParts;
  /** What has arrived since the summons. */
  #waiting: AmqpDelivery[] = [];
  #summons: AmqpDelivery | undefined;
  #onTrial: AmqpDelivery | undefined;
  /** The suspect that was on trial when the connection broke: this process has outlived it. */
  #outlived: string | undefined;
  #whenQuiet: (() => void) | undefined;

  constructor(parts: SuspectTrialsParts) {
    this.#parts = parts;
  }

  /** To be called once for each arrival. */
  admit(delivery: AmqpDelivery): void {
    if (this.#summons !== undefined) this.#waiting.push(delivery);
    else if (delivery.isSummons) void this.#obey(delivery);
    else if (delivery.returns >= returnsAllowed) this.#parts.accuse(delivery);
    else this.#parts.deliver(delivery);
  }

  isOnTrial(delivery: AmqpDelivery): boolean {
    return this.#onTrial === delivery;
  }

  /** To be called after each settle: all may be quiet now. */
  settled(): void {
    if (this.#whenQuiet !== undefined && this.#isQuiet) this.#whenQuiet();
  }

  /** Nothing more is to be handled here. */
  stop(): void {
    const unheard = this.#summons === undefined ? this.#waiting : [this.#summons, ...this.#waiting];
    this.#end();
    for (const delivery of unheard) this.#parts.held.giveBack(delivery);
  }

  /** The channel has ended, and with it all deliveries. */
  lost(): void {
    if (this.#onTrial !== undefined) this.#outlived = idOf(this.#onTrial);
    this.#onTrial = undefined;
    this.#end();
  }

  /** Nothing is handled but the suspect, if there is one. */
  get #isQuiet(): boolean {
    return this.#parts.held.count === this.#waiting.length + 1;
  }

  async #obey(summons: AmqpDelivery): Promise<void> {
    const { turns, held, report } = this.#parts;
    this.#summons = summons;
    let isDone = false;
    try {
      await this.#quiet();
      isDone = await turns.run(() => this.#try(summons));
    } catch (error) {
      if (this.#summons === summons) report(error);
    }
    if (this.#summons !== summons) return;
    this.#onTrial = undefined;
    const waiting = this.#waiting;
    this.#end();
    if (isDone) held.acknowledge(summons);
    // Behind what has arrived, so that the others have their turn.
    else held.giveBack(summons);
    for (const delivery of waiting) this.admit(delivery);
    // The next summons may have been among them, and then what came behind it is held again.
    this.settled();
  }

  /** Tries one suspect; whether it was the last. */
  async #try(summons: AmqpDelivery): Promise<boolean> {
    if (this.#summons !== summons) return false;
    const suspect = await this.#parts.take();
    if (suspect === undefined) return true;
    if (this.#summons !== summons) {
      this.#parts.held.giveBack(suspect);
      return false;
    }
    this.#onTrial = suspect;
    const wasOutlived = this.#outlived === idOf(suspect);
    this.#outlived = undefined;
    const isGuilty = suspect.returns - (wasOutlived ? 1 : 0) >= lonelyReturnsAllowed;
    if (isGuilty) this.#parts.condemn(suspect);
    else this.#parts.deliver(suspect);
    await this.#quiet();
    return suspect.raw.fields.messageCount === 0;
  }

  #quiet(): Promise<void> {
    if (this.#isQuiet) return Promise.resolve();
    return new Promise((resolve) => {
      this.#whenQuiet = resolve;
    });
  }

  #end(): void {
    this.#waiting = [];
    this.#summons = undefined;
    this.#whenQuiet?.();
    this.#whenQuiet = undefined;
  }
}

function idOf({ message, raw }: AmqpDelivery): string {
  return message.attributes.id ?? raw.properties.messageId ?? "";
}
