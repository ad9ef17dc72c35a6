import type { Message } from "../broker/message.js";
import type { Envelope } from "../envelope.js";
import type { ResolvedOptions } from "../options.js";
import type { Origin } from "../origin.js";
import { type RequestExchange, requestExchange } from "../request/exchange.js";
import { jsonSerializer } from "../serializer/json-serializer.js";
import type { Serializer } from "../serializer/serializer.js";
import { Writing } from "../validation/writing.js";
import { assertPayload, assertValid, checkPayload } from "./assert-payload.js";
import type { Channel, NoParameters } from "./channel.js";
import { contentKey } from "./content-key.js";
import { copyJson } from "./copy-json.js";
import { ContractMark } from "./is-contract.js";
import { levelsWithin, writeJson, writeJsonText } from "./json.js";
import { readMessage } from "./read-message.js";
import { valueAt } from "./value-at.js";
import type { Validator } from "./violation.js";

export interface ContractDefinition<Parameters> {
  readonly name: string;
  readonly channel: Channel<Parameters>;
  /** CloudEvents type on the wire. */
  readonly type: string;
  readonly version: number;
  /** JSON Pointer into the payload: events with equal keys stay in order. */
  readonly key?: string;
  readonly deprecated?: boolean;
  /** Absent: the contract carries no payload. */
  readonly payload?: Validator;
  /**
   * Most levels of objects and arrays that the validator of the payload goes down by itself. It then also finds out
   * whether JSON can hold the payload. Absent: it does not, or its schema has no end.
   */
  readonly levels?: number;
}

export interface RequestDefinition<Parameters> extends ContractDefinition<Parameters> {
  /** Absent: the answer is empty. */
  readonly reply?: Validator;
}

/**
 * A checked contract: its name on the wire, its payload type and its validator. Made in generated code only, and
 * compared by identity: a look-alike made by hand is refused by a bus.
 */
export abstract class PayloadContract<Payload, Parameters = NoParameters> extends ContractMark {
  readonly name: string;
  readonly channel: Channel<Parameters>;
  readonly type: string;
  readonly version: number;
  readonly deprecated: boolean;
  readonly keyPointer: string | undefined;
  readonly validator: Validator | undefined;
  /** How many levels there may be inside of what its schema leaves open; below 0, its validator vouches for nothing. */
  readonly #spareLevels: number;

  /** @internal */
  constructor(definition: ContractDefinition<Parameters>) {
    super();
    this.name = definition.name;
    this.channel = definition.channel;
    this.type = definition.type;
    this.version = definition.version;
    this.deprecated = definition.deprecated ?? false;
    this.keyPointer = definition.key;
    this.validator = definition.payload;
    const { levels = Number.POSITIVE_INFINITY } = definition;
    this.#spareLevels = levelsWithin(definition.channel.limits) - levels;
  }

  /** How payloads become bytes where a bus is told no other way. @internal */
  get serializer(): Serializer {
    return jsonSerializer;
  }

  /** Whether a value is a payload of this contract, as a reader sees it: undeclared members pass. */
  is(value: unknown): value is Payload {
    return checkPayload(this.validator, value, false) === undefined;
  }

  /**
   * Checks a payload as a reader, or with `"publish"` as a writer, who may not add undeclared members.
   *
   * @throws PayloadError `PAYLOAD_INVALID` with the first violation
   */
  assert(value: unknown, direction: "publish" | "receive" = "receive"): asserts value is Payload {
    assertPayload(this.name, this.validator, value, direction);
  }

  /**
   * Checks a payload as a writer. Returns whether it is known that JSON can hold it, on no more levels than the channel
   * allows; if not, it has to be looked through.
   *
   * @internal
   * @throws PayloadError `PAYLOAD_INVALID` with the first violation
   */
  assertWritable(value: unknown): boolean {
    if (this.#spareLevels < 0) {
      assertPayload(this.name, this.validator, value, "publish");
      return false;
    }
    const writing = new Writing(this.#spareLevels);
    assertValid(this.name, "publish", checkPayload(this.validator, value, writing));
    return !writing.hasDoubts;
  }

  /** The payload as UTF-8 JSON. Checks it as a writer: undeclared members are refused. @throws PayloadError */
  serialize(payload: Payload): Uint8Array {
    const isJson = this.assertWritable(payload);
    return writeJson(this.name, payload, this.channel.limits, isJson);
  }

  /** What its serializer makes of a payload, before it is put into bytes where it is text. @throws PayloadError @internal */
  contentOf(payload: unknown, { serializer, isJson, bytesAtOnce }: Origin): string | Uint8Array {
    const { name, channel } = this;
    const isKnown = isJson && bytesAtOnce;
    return serializer === jsonSerializer
      ? writeJsonText(name, payload, channel.limits, isKnown)
      : serializer.serialize(name, payload, channel.limits, isKnown);
  }

  /** Parses UTF-8 JSON and checks it as a reader: undeclared members pass. @throws PayloadError */
  deserialize(bytes: Uint8Array): Payload {
    const value: unknown = jsonSerializer.deserialize(this.name, bytes, this.channel.limits);
    this.assert(value);
    return value;
  }

  /** What comes of a payload that became bytes, without making them: what its own serializer can hold. @internal */
  copy(payload: unknown): unknown {
    return copyJson(payload);
  }

  /** The envelope of a message that came as bytes. @throws PayloadError @internal */
  read(message: Message, options: ResolvedOptions): Envelope {
    return readMessage(this, message, options);
  }

  /** The key of an event: the text, number or boolean that stands in its payload there. @internal */
  keyOf(payload: unknown): string | undefined {
    return this.keyPointer === undefined ? undefined : valueAt(payload, this.keyPointer);
  }

  /** The same text for payloads of equal content, whatever the order of their members. */
  key(payload: Payload): string {
    return contentKey(payload);
  }

  /** The contract's name, as errors, logs and docs show it. */
  override toString(): string {
    return this.name;
  }
}

/** A fact that happened: any number of listeners may hear it. */
export class EventContract<Payload, Parameters = NoParameters> extends PayloadContract<Payload, Parameters> {
  readonly kind = "event" as const;
}

/** What is answered by exactly one handler. */
export abstract class RequestContract<Payload, Reply, Parameters = NoParameters> extends PayloadContract<
  Payload,
  Parameters
> {
  readonly replyValidator: Validator | undefined;
  declare readonly replyType?: Reply;

  /** @internal */
  constructor(definition: RequestDefinition<Parameters>) {
    super(definition);
    this.replyValidator = definition.reply;
  }

  /** What sends requests and answers them. @internal */
  get exchange(): RequestExchange {
    return requestExchange;
  }

  /** Checks a reply: what the handler returned (`publish`), or what arrived. @throws PayloadError `PAYLOAD_INVALID` */
  assertReply(value: unknown, direction: "publish" | "receive" = "receive"): asserts value is Reply {
    assertPayload(`reply to ${this.name}`, this.replyValidator, value, direction);
  }
}

/** An order to exactly one handler. */
export class CommandContract<Payload, Reply, Parameters = NoParameters> extends RequestContract<
  Payload,
  Reply,
  Parameters
> {
  readonly kind = "command" as const;
}

/** A question to exactly one handler; always answered. */
export class QueryContract<Payload, Reply, Parameters = NoParameters> extends RequestContract<
  Payload,
  Reply,
  Parameters
> {
  readonly kind = "query" as const;
}

/** Any event contract. */
export type AnyEventContract = EventContract<unknown, unknown>;
/** Any command or query contract. */
export type AnyRequestContract =
  | CommandContract<unknown, unknown, unknown>
  | QueryContract<unknown, unknown, unknown>;
/** Any contract. */
export type AnyContract = AnyEventContract | AnyRequestContract;

/** The payload type of a contract. */
export type PayloadOf<Contract> = Contract extends PayloadContract<infer Payload, unknown> ? Payload : never;

/** The type of a contract's address parameters. */
export type ParametersOf<Contract> =
  Contract extends PayloadContract<unknown, infer Parameters> ? Parameters : never;

/** The reply type of a command or query. */
export type ReplyOf<Contract> =
  Contract extends RequestContract<unknown, infer Reply, unknown> ? Reply : never;

/** For generated code. */
export function defineEvent<Payload, Parameters = NoParameters>(
  definition: ContractDefinition<Parameters>,
): EventContract<Payload, Parameters> {
  return new EventContract(definition);
}

/** For generated code. */
export function defineCommand<Payload, Reply, Parameters = NoParameters>(
  definition: RequestDefinition<Parameters>,
): CommandContract<Payload, Reply, Parameters> {
  return new CommandContract(definition);
}

/** For generated code. */
export function defineQuery<Payload, Reply, Parameters = NoParameters>(
  definition: RequestDefinition<Parameters>,
): QueryContract<Payload, Reply, Parameters> {
  return new QueryContract(definition);
}
