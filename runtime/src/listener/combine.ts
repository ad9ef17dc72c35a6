import type { HandlerContext, HandlerReturn } from "../contract/listener.js";
import { isHandlerResult } from "./results.js";

type Handler<Event, Parameters> = (event: Event, context: HandlerContext<Parameters>) => HandlerReturn;

/** Several handlers as one, each after the one before; a failure or a result such as `retry` stops the rest. */
export function inOrder<Event, Parameters>(
  ...handlers: readonly Handler<Event, Parameters>[]
): Handler<Event, Parameters> {
  return async (event, context) => {
    for (const handle of handlers) {
      const result = await handle(event, context);
      if (isHandlerResult(result)) return result;
    }
    return undefined;
  };
}

/** Several handlers as one, side by side; it fails when one does, after all have ended. */
export function sideBySide<Event, Parameters>(
  ...handlers: readonly Handler<Event, Parameters>[]
): Handler<Event, Parameters> {
  return async (event, context) => {
    const ends = await Promise.allSettled(handlers.map(async (handle) => handle(event, context)));
    const errors = ends.flatMap((end) => (end.status === "rejected" ? [end.reason] : []));
    if (errors.length === 1) throw errors[0];
    if (errors.length > 1)
      throw new AggregateError(errors, `${errors.length} of ${handlers.length} handlers failed`);
    return ends.flatMap((end) => (end.status === "fulfilled" ? [end.value] : [])).find(isHandlerResult);
  };
}
