import type { AnyContract } from "../contract/contract.js";
import type { Envelope } from "../envelope.js";
import { HandlingError, notSent } from "../errors.js";
import type { ResolvedOptions } from "../options.js";
import { asPublishError } from "../publish/as-publish-error.js";
import type { LiveMessage } from "../publish/live-message.js";
import { assertHeaders } from "../publish/publish-headers.js";
import type { ListenerDescription, Middleware } from "./middleware.js";

/**
 * What `next` gives where all behind it was over at once. A middleware that returns it has waited for nothing itself, so
 * nobody needs to wait for it: the event goes on in the same turn.
 */
const over: Promise<undefined> = Promise.resolve(undefined);

/** The middleware of a bus around what it publishes and around its handlers. Loaded where there is any. */
export class Pipeline {
  readonly #publishing: readonly Middleware[];
  readonly #handling: readonly Middleware[];
  readonly #validate: boolean;

  constructor({ middleware, validate }: ResolvedOptions) {
    this.#publishing = middleware.filter((step) => step.publish !== undefined);
    this.#handling = middleware.filter((step) => step.handle !== undefined);
    this.#validate = validate;
  }

  /** Takes a message through the publish sides; `carry` gets what comes out of them. Never throws: it rejects with a PublishError. */
  publish(message: LiveMessage, carry: (changed: LiveMessage) => void | Promise<void>): Promise<Envelope> {
    const { contract } = message;
    let started = false;
    let sent: Envelope | undefined;
    const send = (envelope: Envelope): void | Promise<void> => {
      this.#assertFits(message, envelope);
      started = true;
      const accepted = carry(envelope === message.envelope ? message : message.copy(envelope));
      if (accepted === undefined) sent = envelope;
      else
        return accepted.then(() => {
          sent = envelope;
        });
    };
    const outcome = (): Envelope => {
      if (sent !== undefined) return sent;
      throw notSent("PUBLISH_STOPPED", contract.name, "middleware stopped it");
    };
    const failed = (error: unknown): Promise<never> =>
      Promise.reject(asPublishError(contract, error, started ? "unknown" : "refused"));
    try {
      const passed = this.#throughPublish(message.envelope, contract, send);
      return passed === undefined ? Promise.resolve(outcome()) : passed.then(outcome).catch(failed);
    } catch (error) {
      return failed(error);
    }
  }

  /** What a handler gives, through the handle sides. */
  handle(
    envelope: Envelope,
    contract: AnyContract,
    listener: ListenerDescription,
    handle: () => unknown,
  ): unknown {
    const goOn = (index: number): unknown => {
      const step = this.#handling[index];
      if (step?.handle === undefined) return handle();
      let called = false;
      const next = (): Promise<unknown> => {
        if (called) return nextTwice();
        called = true;
        return promiseOf(goOn, index + 1);
      };
      const result = step.handle(envelope, contract, next, listener);
      return result === over ? undefined : result;
    };
    return goOn(0);
  }

  #throughPublish(
    original: Envelope,
    contract: AnyContract,
    send: (envelope: Envelope) => void | Promise<void>,
  ): void | Promise<void> {
    let envelope = original;
    const goOn = (index: number): void | Promise<void> => {
      const step = this.#publishing[index];
      if (step?.publish === undefined) return send(envelope);
      let called = false;
      const next = (changed?: Envelope): Promise<void> => {
        if (called) return nextTwice();
        called = true;
        envelope = changed ?? envelope;
        return promiseOf(goOn, index + 1);
      };
      const result = step.publish(envelope, contract, next);
      return result === over ? undefined : result;
    };
    return goOn(0);
  }

  /** What middleware made of the event has to fit the contract, too. */
  #assertFits(message: LiveMessage, envelope: Envelope): void {
    const { envelope: before } = message;
    const contract: AnyContract = message.contract;
    if (envelope === before) return;
    if (envelope.payload !== before.payload && this.#validate) {
      contract.assert(envelope.payload, "publish");
    }
    const headers = Object.entries(envelope.headers).filter(([, value]) => value !== undefined);
    assertHeaders(contract, Object.fromEntries(headers));
  }
}

function promiseOf<Result>(
  goOn: (index: number) => Result | Promise<Result>,
  index: number,
): Promise<Result | undefined> {
  try {
    const result = goOn(index);
    return result === undefined ? over : Promise.resolve(result);
  } catch (error) {
    return Promise.reject(error);
  }
}

function nextTwice(): Promise<never> {
  const why = "cannot go on: middleware called next twice";
  return Promise.reject(new HandlingError("MIDDLEWARE_NEXT_TWICE", why));
}
