import { BusError } from "../../errors.js";
import type { BrokerSubscription, DeadLetter, Delivery, Redelivery, SubscribeOptions } from "../broker.js";
import { ExclusiveTurn } from "./exclusive-turn.js";
import { GroupRecovery } from "./group-recovery.js";
import type { GroupTakes } from "./group-takes.js";
import { ReadLoop } from "./read-loop.js";
import { passingCodes, replyCode } from "./redis-client.js";
import { StreamCare } from "./stream-care.js";
import { StreamDeliveries } from "./stream-deliveries.js";
import type { Recovered } from "./stream-entry.js";
import type { StreamGroup } from "./stream-group.js";
import type { StreamReader } from "./stream-reader.js";
import { lostError } from "./stream-settler.js";
import { untilAnswered } from "./until-answered.js";
import { within } from "./within.js";

export interface StreamSubscriptionParts {
  readonly options: SubscribeOptions;
  readonly onDelivery: (delivery: Delivery, subscription: BrokerSubscription) => void;
  readonly group: StreamGroup;
  readonly reader: StreamReader;
  /** Nothing for a group whose members cannot differ. */
  readonly takes: GroupTakes | undefined;
  /** Lets the group be found by the listener's name, and the others know what this member takes. */
  readonly register: () => Promise<void>;
  readonly onReport: (error: unknown) => void;
  readonly onClosed: () => void;
  /** How long to wait at first for a server that does not answer. */
  readonly connectTimeoutMs: number;
  readonly leaseMs: number;
  readonly retainMs: number;
  /** What to do when the server has lost the group. */
  readonly onGroupLost: "create" | "stop";
  /** How long the group is there: for ever, with its last member, or with this subscription, whose own it is. */
  readonly life: "lasting" | "shared" | "own";
}

/** Said of a group that is gone. */
const groupCodes: ReadonlySet<string> = new Set(["NOGROUP", "UNBLOCKED"]);

const closeLimitMs = 3_000;
const leaveLimitMs = 1_000;

/** A consumer at work, from its first connection to its close: reads what there is room for, and has it delivered. */
export class StreamSubscription implements BrokerSubscription {
  readonly #parts: StreamSubscriptionParts;
  readonly #group: StreamGroup;
  readonly #reader: StreamReader;
  readonly #deliveries: StreamDeliveries;
  readonly #care: StreamCare;
  readonly #recovery: GroupRecovery;
  /** Of a member of an exclusive group. */
  readonly #turn: ExclusiveTurn | undefined;
  readonly #loop: ReadLoop;
  /** Whether the connection is there, and the group, and nothing of an earlier connection is left. */
  #ready = false;
  #stopped = false;
  #stopping: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  constructor(parts: StreamSubscriptionParts) {
    const { options, group, reader, leaseMs, life } = parts;
    this.#parts = parts;
    this.#group = group;
    this.#reader = reader;
    this.#deliveries = new StreamDeliveries({
      ...parts,
      mayBegin: () => this.#mayBegin,
      onDelivery: (delivery) => parts.onDelivery(delivery, this),
      onReceived: (entries) => this.#loop.received(entries),
      onSettled: (entry) => {
        this.#care.settled(entry);
        this.#loop.wake();
      },
      onLater: (delayMs) => this.#care.dueIn(delayMs),
    });
    const { held, settler } = this.#deliveries;
    this.#care = new StreamCare({
      group,
      takes: parts.takes,
      leaseMs,
      retainMs: parts.retainMs,
      isFleeting: life === "shared",
      held: (retried) => this.#deliveries.ids(retried),
      take: (recovered) => this.#take(recovered),
      mayTake: () => this.#mayBegin,
      told: () => settler.told(),
      onTakenOver: () => this.#loop.wake(),
      onFailed: (error) => this.#failed(error),
    });
    this.#recovery = new GroupRecovery({
      ...parts,
      care: this.#care,
      isStopped: () => this.#stopped,
      onReady: () => {
        this.#ready = reader.isUp;
        this.#care.start();
        this.#loop.wake();
      },
    });
    this.#loop = new ReadLoop({
      group,
      reader,
      held,
      settler,
      turn: () => this.#turn,
      onTurn: () => {
        this.#deliveries.deliverWaiting();
        // Behind what was released in this turn, which came before it.
        if (this.#stopped) this.#deliveries.giveBackWaiting();
      },
      // What others have left comes before all that is new.
      mayRead: () => this.consuming && this.#mayBegin && !this.#care.isTakingOver,
      onEntries: (entries) => this.#deliveries.receive(entries),
      onFailed: (error) => this.#failed(error),
    });
    if (options.exclusive === true) {
      this.#turn = new ExclusiveTurn({
        group,
        leaseMs,
        onBegin: () => this.#care.takeOver(),
        onEnd: () => this.#revoke(),
      });
    }
    reader.onUp = () => {
      group.names.next();
      void this.#recovery.run();
    };
    reader.onDown = () => {
      this.#ready = false;
    };
  }

  get consuming(): boolean {
    return this.#ready && !this.#stopped;
  }

  /** Whether handlers may begin here now. */
  get #mayBegin(): boolean {
    return this.#turn === undefined || this.#turn.isOurs;
  }

  /**
   * Resolves once entries arrive, or it is known that another has its turn.
   *
   * @throws BusError `LISTENER_INVALID`
   * @throws BrokerError
   */
  async open(): Promise<void> {
    const { register, options, connectTimeoutMs } = this.#parts;
    const answered = <Answer>(ask: () => Promise<Answer>): Promise<Answer> =>
      untilAnswered(`listen as ${options.name}`, connectTimeoutMs, ask);
    if (this.#turn === undefined && (await answered(() => this.#group.hasTurns())))
      throw turnsError(options, true);
    await answered(register);
    if (this.#turn !== undefined && this.#parts.takes?.hasShared === true) throw turnsError(options, false);
    await answered(() => this.#group.create(options.from === "start" ? "0" : "$"));
    await this.#reader.open();
    await this.#recovery.run();
    await this.#turn?.start();
  }

  ack(delivery: Delivery): void {
    this.#deliveries.ack(delivery);
  }

  release(delivery: Delivery): void {
    this.#deliveries.release(delivery);
  }

  retry(delivery: Delivery, redelivery: Redelivery): void {
    this.#deliveries.retry(delivery, redelivery);
  }

  /** @throws when the server refuses the letter; the delivery is open again then */
  deadLetter(delivery: Delivery, letter: DeadLetter): Promise<void> {
    return this.#deliveries.deadLetter(delivery, letter);
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#stopped = true;
    this.#deliveries.stop();
    this.#care.stop();
    this.#loop.wake();
    await this.#reader.endRead();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.stop();
    this.#deliveries.giveBackAll();
    const told = await this.#deliveries.settler.close(this.#reader.isUp ? closeLimitMs : 0);
    if (this.#turn !== undefined) await within(leaveLimitMs, this.#turn.stop(told));
    await this.#reader.close();
    this.#care.close();
    if (told) await this.#leave();
    this.#parts.onClosed();
  }

  /** Best effort: others remove what nobody uses. */
  async #leave(): Promise<void> {
    const { life } = this.#parts;
    const left = life === "own" ? this.#group.destroy() : this.#group.leave();
    await within(leaveLimitMs, this.#parts.takes?.leave() ?? Promise.resolve());
    await within(leaveLimitMs, life === "shared" ? left.then(() => this.#group.disband()) : left);
  }

  #take({ entries, lost }: Recovered): void {
    if (lost.length > 0) this.#parts.onReport(lostError(this.#group, lost));
    if (this.#mayBegin) this.#deliveries.receive(entries);
  }

  #revoke(): void {
    this.#care.endTakingOver();
    this.#deliveries.revoke();
  }

  #failed(error: unknown): void {
    this.#ready = false;
    const code = replyCode(error);
    if (code === "") {
      // Whatever was on its way is found from the next connection on.
      if (this.#reader.isUp) this.#reader.drop();
      return;
    }
    if (code === "MOVED" || code === "ASK" || code === "READONLY") this.#reader.drop();
    else if (!passingCodes.has(code) && !groupCodes.has(code)) this.#parts.onReport(error);
    void this.#recovery.run();
  }
}

function turnsError({ name }: SubscribeOptions, others: boolean): BusError {
  const why = `expected exclusive ${others} as with the other instances, got ${!others}`;
  const wayOut = "close them first; one that died counts for a minute";
  return new BusError("LISTENER_INVALID", `cannot listen as ${name}: ${why}; ${wayOut}`);
}
