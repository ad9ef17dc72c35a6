/** What payloads of a channel may be, whatever their schemas say. Checked when they become bytes or come from bytes. */
export interface Limits {
  /** Checked before anything is parsed. @default 1 MiB */
  readonly maxBytes: number;
  /** Objects and arrays inside each other; at most 512. @default 64 */
  readonly maxDepth: number;
  /** Members and items in all objects and arrays together. @default 100,000 */
  readonly maxItems?: number;
  /** Refuse objects that name a member twice, which readers understand in different ways. @default false */
  readonly uniqueKeys?: boolean;
  /** Refuse integers beyond ±(2^53 - 1), which JavaScript cannot tell from their neighbours. @default false */
  readonly safeIntegers?: boolean;
}

export const defaultLimits: Limits = { maxBytes: 1_048_576, maxDepth: 64, maxItems: 100_000 };

/** Of a document that holds a payload, whose own limits are checked afterwards. */
export const outerLimits: Limits = { maxBytes: Number.POSITIVE_INFINITY, maxDepth: 513 };

/** Most bytes of UTF-8 for one of the units that a text's length counts. */
export const bytesPerUnit = 3;
