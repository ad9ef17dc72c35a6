import type { Limits } from "../contract/limits.js";

/** Turns payloads into bytes and back. Knows nothing of contracts: payloads are checked before and after. */
export interface Serializer {
  /** CloudEvents `datacontenttype`. */
  readonly contentType: string;
  /**
   * `contract` is for messages; `limits` are those that readers of the channel will set.
   *
   * @throws PayloadError `PAYLOAD_INVALID` for what the format cannot hold; `PAYLOAD_TOO_LARGE`, `PAYLOAD_TOO_DEEP`
   */
  serialize(contract: string, payload: unknown, limits?: Limits): Uint8Array;
  /** Throws what `serialize` would, without making bytes. `isJson`: it is known that JSON can hold the payload. */
  check?(contract: string, payload: unknown, isJson?: boolean): void;
  /** @throws PayloadError `PAYLOAD_MALFORMED`, `PAYLOAD_TOO_LARGE`, `PAYLOAD_TOO_DEEP` */
  deserialize(contract: string, bytes: Uint8Array, limits: Limits): unknown;
}
