/** A listener that was subscribed at run time. */
export interface Subscription {
  readonly name: string;
  /** No handler starts from here on; resolves when those that run have ended. Safe to call twice. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
