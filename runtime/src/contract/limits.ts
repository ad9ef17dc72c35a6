/** What is refused on receipt before it is parsed. */
export interface Limits {
  /** @default 1 MiB */
  readonly maxBytes: number;
  /** Objects and arrays inside each other. @default 64 */
  readonly maxDepth: number;
}

export const defaultLimits: Limits = { maxBytes: 1_048_576, maxDepth: 64 };
