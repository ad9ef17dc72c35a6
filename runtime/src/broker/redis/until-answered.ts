import { BrokerError } from "../../errors.js";
import { isReplyError, passingCodes, replyCode } from "./redis-client.js";

const pauseMs = 100;

/**
 * Asks again, what may be asked twice, while the connection is away, its answer was lost, or the server refuses it for a
 * while.
 *
 * @throws BrokerError when the server says no, or has not answered within the limit
 */
export async function untilAnswered<Answer>(
  what: string,
  limitMs: number,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const isFinal = isReplyError(error) && !passingCodes.has(replyCode(error));
      if (isFinal || performance.now() >= deadline) throw failure(what, error);
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

function failure(what: string, cause: unknown): BrokerError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new BrokerError("BROKER_FAILED", `cannot ${what}: ${why}`, { cause });
}
