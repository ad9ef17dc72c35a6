import type { Clock } from "../clock.js";
import type { PublishOptions } from "../contract/bus.js";
import type { AnyContract } from "../contract/contract.js";
import type { Envelope } from "../envelope.js";
import { checkHeaders, freezeHeaders } from "../headers.js";
import { refused } from "./as-publish-error.js";

/**
 * The headers of an event: those given, its time to live, and where it comes from when a handler publishes it.
 *
 * @throws PublishError with the outcome `refused` for headers that do not fit
 */
export function buildHeaders(
  contract: AnyContract,
  { headers, expiresAfterMs }: PublishOptions = {},
  cause: Envelope | undefined,
  clock: Clock,
): Readonly<Record<string, string>> | undefined {
  if (headers !== undefined) assertHeaders(contract, headers);
  const declared = contract.channel.headers?.(headers ?? {}, true);
  if (declared !== undefined) throw refused(contract, "headers", declared);
  const given = expiresAfterMs === undefined ? headers : { ...headers, ...expiry(clock, expiresAfterMs) };
  if (cause !== undefined) {
    const correlationid = cause.headers.correlationid ?? cause.id;
    return freezeHeaders({ correlationid, causationid: cause.id, ...given });
  }
  return given === undefined ? undefined : freezeHeaders(given);
}

/** @throws PublishError with the outcome `refused` */
export function assertHeaders(contract: AnyContract, headers: { readonly [name: string]: unknown }): void {
  const violation = checkHeaders(headers);
  if (violation !== undefined) throw refused(contract, "headers", violation);
}

function expiry(clock: Clock, afterMs: number): { readonly expirytime: string } {
  return { expirytime: new Date(clock.now() + afterMs).toISOString() };
}
