import { Redis } from "ioredis";
import { onTestFinished } from "vitest";

/** Commands of a raw client, until the end of the test. */
export function commandsOf(url: string): (name: string, ...words: readonly string[]) => Promise<unknown> {
  const client = new Redis(url);
  onTestFinished(() => client.disconnect());
  return (name, ...words) => client.call(name, ...words);
}
