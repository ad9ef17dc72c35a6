import type { BrokerSubscription, Delivery } from "../broker/broker.js";
import type { Link } from "../chain.js";
import type { AnyContract, AnyRequestContract } from "../contract/contract.js";
import type { HandlerContext } from "../contract/listener.js";
import type { Envelope } from "../envelope.js";
import { notSent } from "../errors.js";
import { BusCalls } from "../publish/bus-calls.js";
import type { LiveMessage } from "../publish/live-message.js";
import type { BoundHandler } from "./registration.js";

/** What handlers need of their bus. */
export interface Gateway {
  /** @throws PublishError */
  prepare(
    contract: AnyContract,
    payload: unknown,
    second: unknown,
    third: unknown,
    cause: Envelope,
  ): LiveMessage;
  /** @throws RequestError */
  request(
    contract: AnyRequestContract,
    payload: unknown,
    second: unknown,
    third: unknown,
    cause?: Envelope,
  ): Promise<unknown>;
  /** Returns nothing when the event was taken at once. @throws PublishError */
  send(message: LiveMessage): Promise<Envelope> | undefined;
}

interface Extras {
  attempt?: number;
  handled?: boolean;
  outbox?: LiveMessage[];
  controller?: AbortController;
  stopTimer?: () => void;
  firstFailedAt?: number | undefined;
}

/** One attempt to handle one event. Handlers see it as their context. */
export class HandlerRun extends BusCalls implements HandlerContext<unknown>, Link<HandlerRun> {
  readonly envelope: Envelope;
  /** @internal */
  readonly delivery: Delivery;
  /** @internal */
  readonly subscription: BrokerSubscription;
  /** @internal */
  readonly handler: BoundHandler;
  /** Settled, timed out or given up: whatever the handler does from here on has no effect. @internal */
  ended = false;
  /** Its neighbours among the runs that have not ended; absent when it is not there. @internal */
  previous: HandlerRun | undefined = undefined;
  /** @internal */
  next: HandlerRun | undefined = undefined;
  readonly #gateway: Gateway;
  /** What most runs never need. */
  #extras: Extras | undefined = undefined;

  /** Without `attempt` it is the delivery's. */
  constructor(
    gateway: Gateway,
    delivery: Delivery,
    subscription: BrokerSubscription,
    handler: BoundHandler,
    envelope: Envelope,
    attempt?: number,
  ) {
    super();
    this.#gateway = gateway;
    this.delivery = delivery;
    this.subscription = subscription;
    this.handler = handler;
    this.envelope = envelope;
    if (attempt !== undefined) HandlerRun.#extrasOf(this).attempt = attempt;
  }

  get attempt(): number {
    return this.#extras?.attempt ?? this.delivery.attempt;
  }

  /** Whether the handler itself was called, and not only its filter or inbox. @internal */
  get handled(): boolean {
    return this.#extras?.handled ?? false;
  }

  set handled(handled: boolean) {
    HandlerRun.#extrasOf(this).handled = handled;
  }

  /** What the handler published so far. @internal */
  get outbox(): readonly LiveMessage[] | undefined {
    return this.#extras?.outbox;
  }

  /** Milliseconds since 1970, when an earlier attempt failed. @internal */
  get firstFailedAt(): number | undefined {
    return this.#extras?.firstFailedAt;
  }

  set firstFailedAt(time: number | undefined) {
    HandlerRun.#extrasOf(this).firstFailedAt = time;
  }

  /** To be called when the run is over. @internal */
  set stopTimer(stop: () => void) {
    HandlerRun.#extrasOf(this).stopTimer = stop;
  }

  /** Calls off the time limit. @internal */
  endTimer(): void {
    this.#extras?.stopTimer?.();
  }

  get parameters(): unknown {
    return this.handler.contract.channel.valuesIn(this.delivery.message.address);
  }

  get signal(): AbortSignal {
    const extras = HandlerRun.#extrasOf(this);
    extras.controller ??= new AbortController();
    return extras.controller.signal;
  }

  protected override put(
    _kind: "event" | "command",
    contract: AnyContract,
    payload: unknown,
    second: unknown,
    third: unknown,
  ): Promise<Envelope> {
    return HandlerRun.#keep(this, contract, payload, second, third);
  }

  protected override request(
    contract: AnyRequestContract,
    payload: unknown,
    second: unknown,
    third: unknown,
  ): Promise<unknown> {
    return this.#gateway.request(contract, payload, second, third, this.envelope);
  }

  static async #keep(
    run: HandlerRun,
    contract: AnyContract,
    payload: unknown,
    second: unknown,
    third: unknown,
  ): Promise<Envelope> {
    if (run.ended) {
      throw notSent("PUBLISH_CONTEXT_ENDED", contract.name, "its handler is over");
    }
    const message = run.#gateway.prepare(contract, payload, second, third, run.envelope);
    const extras = HandlerRun.#extrasOf(run);
    extras.outbox ??= [];
    extras.outbox.push(message);
    return message.envelope;
  }

  /** Gives up what still runs. @internal */
  abort(reason: unknown): void {
    this.ended = true;
    this.warn(reason);
  }

  /** Fires the handler's signal. @internal */
  warn(reason: unknown): void {
    const extras = HandlerRun.#extrasOf(this);
    extras.controller ??= new AbortController();
    extras.controller.abort(reason);
  }

  /** Static, as each private method would make each run larger. */
  static #extrasOf(run: HandlerRun): Extras {
    run.#extras ??= {};
    return run.#extras;
  }
}
