import type { AnyContract } from "./contract/contract.js";
import type { Gateway } from "./listener/handler-run.js";
import type { Serializer } from "./serializer/serializer.js";

/** What all events of one contract have in common that one bus publishes. */
export interface Origin {
  readonly contract: AnyContract;
  /** CloudEvents `source`. */
  readonly source: string;
  readonly serializer: Serializer;
  /** Whether payloads are held against their contract; a bus can be told not to. */
  readonly validate: boolean;
  /** Whether JSON is known to hold the payloads: their validator has seen it. */
  readonly isJson: boolean;
  /** Whether bytes are made in the call that checks the payload: what is known of it holds for them, too. */
  readonly bytesAtOnce: boolean;
  /** For what its handlers send. */
  readonly gateway: Gateway;
}
