import { PayloadError } from "../errors.js";
import type { Channel, NoParameters } from "./channel.js";
import type { Validator, Violation } from "./violation.js";

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
}

export interface RequestDefinition<Parameters> extends ContractDefinition<Parameters> {
  /** Absent: the answer is empty. */
  readonly reply?: Validator;
}

/**
 * A checked contract: its name on the wire, its payload type and its validator. Made in generated code only, and
 * compared by identity: a look-alike made by hand is refused by a bus.
 */
export abstract class PayloadContract<Payload, Parameters = NoParameters> {
  abstract readonly kind: "event" | "command" | "query";
  readonly name: string;
  readonly channel: Channel<Parameters>;
  readonly type: string;
  readonly version: number;
  readonly deprecated: boolean;
  readonly keyPointer: string | undefined;
  readonly validator: Validator | undefined;

  /** @internal */
  constructor(definition: ContractDefinition<Parameters>) {
    this.name = definition.name;
    this.channel = definition.channel;
    this.type = definition.type;
    this.version = definition.version;
    this.deprecated = definition.deprecated ?? false;
    this.keyPointer = definition.key;
    this.validator = definition.payload;
  }

  /** Whether a value is a payload of this contract, as a reader sees it: undeclared members pass. */
  is(value: unknown): value is Payload {
    return this.violation(value, false) === undefined;
  }

  /** The payload as UTF-8 JSON. Checks it as a writer: undeclared members are refused. @throws PayloadError */
  serialize(payload: Payload): Uint8Array {
    throw new PayloadError("PAYLOAD_INVALID", `not yet: ${String(payload)}`, {
      contract: this.name,
      direction: "publish",
    });
  }

  /** Parses UTF-8 JSON and checks it as a reader: undeclared members pass. @throws PayloadError */
  deserialize(bytes: Uint8Array): Payload {
    throw new PayloadError("PAYLOAD_MALFORMED", `not yet: ${bytes.length}`, {
      contract: this.name,
      direction: "receive",
    });
  }

  /** @internal */
  violation(value: unknown, closed: boolean): Violation | undefined {
    if (this.validator !== undefined) return this.validator(value, closed);
    return value === undefined
      ? undefined
      : { path: "", keyword: "payload", expected: "no payload", got: "a value" };
  }
}

/** A fact that happened: any number of listeners may hear it. */
export class EventContract<Payload, Parameters = NoParameters> extends PayloadContract<Payload, Parameters> {
  readonly kind = "event" as const;
}

/** An order to exactly one handler. */
export class CommandContract<Payload, Reply, Parameters = NoParameters> extends PayloadContract<
  Payload,
  Parameters
> {
  readonly kind = "command" as const;
  readonly replyValidator: Validator | undefined;
  declare readonly replyType?: Reply;

  /** @internal */
  constructor(definition: RequestDefinition<Parameters>) {
    super(definition);
    this.replyValidator = definition.reply;
  }
}

/** A question to exactly one handler; always answered. */
export class QueryContract<Payload, Reply, Parameters = NoParameters> extends PayloadContract<
  Payload,
  Parameters
> {
  readonly kind = "query" as const;
  readonly replyValidator: Validator | undefined;
  declare readonly replyType?: Reply;

  /** @internal */
  constructor(definition: RequestDefinition<Parameters>) {
    super(definition);
    this.replyValidator = definition.reply;
  }
}

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
