import { BusError } from "../../errors.js";
import type { SubscribeOptions } from "../broker.js";

/** Longest name that AMQP can carry, in bytes. */
const longestName = 255;

/** What the longest name derived from a queue's needs: `.wait-` and a delay. */
const suffixLength = 20;

/** Types of this process, as words; there are as many as it has contracts. */
const words = new Map<string, string>();

/**
 * Under which name an event travels: its address, then its type as one word, in which colons stand for dots:
 * `shop.orders.eu.orders:OrderPlaced:v1`.
 */
export function routingKeyOf(address: string, type: string): string {
  let word = words.get(type);
  if (word === undefined) {
    word = typeWord(type);
    words.set(type, word);
  }
  return `${address}.${word}`;
}

/** The pattern that binds a queue to a type at an address or pattern of addresses. */
export function bindingOf(address: string, type: string): string {
  return `${address}.${typeWord(type)}`;
}

/** The address in a routing key: all but its last word. */
export function addressOf(routingKey: string): string {
  return routingKey.slice(0, Math.max(0, routingKey.lastIndexOf(".")));
}

/**
 * The queue of a listener: `address.Event::listener`, without the event's name when it takes several, and ending in
 * `-INSTANCE` for a broadcast. All who handle a request share `address.Request::command` or `…::query`, so that one of
 * them gets it.
 *
 * @throws BusError `LISTENER_INVALID` when it is longer than AMQP allows
 */
export function queueNameOf(options: SubscribeOptions): string {
  const { address, contracts, kind, name, scope, instance } = options;
  const [contract] = contracts;
  const what = contract !== undefined && contracts.length === 1 ? `${address}.${contract}` : address;
  const who = kind === "event" ? name : kind;
  const queue = scope === "broadcast" ? `${what}::${who}-${instance}` : `${what}::${who}`;
  if (isTooLong(queue, suffixLength)) {
    throw new BusError(
      "LISTENER_INVALID",
      `cannot listen to ${address} as ${name}: expected a queue name of at most ${longestName - suffixLength} bytes; choose a shorter name`,
    );
  }
  return queue;
}

export function isTooLong(name: string, reserve = 0): boolean {
  // Four bytes are the most that a character takes.
  return name.length * 4 > longestName - reserve && Buffer.byteLength(name) > longestName - reserve;
}

/** One word of a routing key: no dot in it, and nothing that a pattern would read. */
function typeWord(type: string): string {
  const escaped = type.replace(/[%:*#]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
  return escaped.replaceAll(".", ":");
}
