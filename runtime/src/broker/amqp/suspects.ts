import { type AmqpDelivery, readOwnHeader } from "./amqp-delivery.js";

/** Times that an event may be given back, for whatever reason, before it is suspected to kill its process. */
const returnsAllowed = 3;

/** Times that a suspect may come back from a process in which it was the only one, until it counts as guilty. */
const lonelyReturnsAllowed = 3;

/** The first wait of a suspect, at most; each return of it makes that four times as long. */
const firstWaitMs = 250;

/** What shall happen to an event that has arrived. */
export type Judgement =
  | { readonly kind: "handle" }
  /** Comes again after a while, with this count. */
  | { readonly kind: "wait"; readonly lonelyReturns: number; readonly delayMs: number }
  /** Its handler kills the process each time. */
  | { readonly kind: "guilty" };

const handle: Judgement = { kind: "handle" };

/**
 * Finds events that kill the process which handles them. The server gives back all that a process held when it died, and
 * tells only how often: so whatever was given back several times is sent round, to come again at a time of its own, and
 * is handled while no other suspect is. What comes back then was guilty; what does not has lost nothing but its place.
 */
export class Suspects {
  #present: AmqpDelivery | undefined;
  /** Suspects that were being handled when the connection broke: this process has outlived them. */
  readonly #survived = new Set<string>();

  /** To be asked once for each delivery. */
  judge(delivery: AmqpDelivery): Judgement {
    const earlier = lonelyReturnsOf(delivery);
    const { returns } = delivery;
    if (earlier === undefined) {
      return returns < returnsAllowed ? handle : { kind: "wait", lonelyReturns: 0, delayMs: randomWait(0) };
    }
    const lonelyReturns = this.#survived.delete(idOf(delivery)) ? earlier : earlier + returns;
    if (lonelyReturns >= lonelyReturnsAllowed) return { kind: "guilty" };
    if (returns > 0 || this.#present !== undefined) {
      return { kind: "wait", lonelyReturns, delayMs: randomWait(lonelyReturns) };
    }
    this.#present = delivery;
    return handle;
  }

  settled(delivery: AmqpDelivery): void {
    if (this.#present === delivery) this.#present = undefined;
  }

  /** The channel has ended, and with it all deliveries. */
  lost(): void {
    if (this.#present !== undefined) this.#survived.add(idOf(this.#present));
    this.#present = undefined;
  }
}

/** Absent for an event that is not suspected. */
export function lonelyReturnsOf({ raw }: AmqpDelivery): number | undefined {
  const value = readOwnHeader(raw, "lonelyReturns");
  return typeof value === "number" && value >= 0 ? value : undefined;
}

function idOf({ message, raw }: AmqpDelivery): string {
  return message.attributes.id ?? raw.properties.messageId ?? "";
}

function randomWait(lonelyReturns: number): number {
  return Math.ceil(firstWaitMs * 4 ** lonelyReturns * (0.2 + 0.8 * Math.random()));
}
