import type { Limits } from "../contract/limits.js";

/** Turns payloads into bytes and back. Knows nothing of contracts: payloads are checked before and after. */
export interface Serializer {
  /** CloudEvents `datacontenttype`. */
  readonly contentType: string;
  /**
   * `contract` is for messages; `limits` are those that readers of the channel will set. `isJson`: it is known that JSON
   * can hold the payload, on no more levels than they allow.
   *
   * @throws PayloadError `PAYLOAD_INVALID` for what the format cannot hold; `PAYLOAD_TOO_LARGE`, `PAYLOAD_TOO_DEEP`
   */
  serialize(contract: string, payload: unknown, limits?: Limits, isJson?: boolean): Uint8Array;
  /** Throws what `serialize` would, without making bytes. */
  check?(contract: string, payload: unknown, isJson?: boolean): void;
  /** @throws PayloadError `PAYLOAD_MALFORMED`, `PAYLOAD_TOO_LARGE`, `PAYLOAD_TOO_DEEP` */
  deserialize(contract: string, bytes: Uint8Array, limits: Limits): unknown;
}
