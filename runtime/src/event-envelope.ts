import type { PublishOptions } from "./contract/bus.js";
import type { AnyContract } from "./contract/contract.js";
import type { Envelope } from "./envelope.js";
import { noHeaders } from "./headers.js";

/** The envelope of an event made here. Its id and time are made when first read: many local events need neither. */
export class EventEnvelope<Payload = unknown> implements Envelope<Payload> {
  readonly payload: Payload;
  readonly headers: Readonly<Record<string, string>>;
  readonly source: string;
  readonly #contract: AnyContract;
  #id: string | undefined = undefined;
  #time: string | undefined = undefined;

  constructor(
    contract: AnyContract,
    source: string,
    payload: Payload,
    options?: Pick<PublishOptions, "id" | "time">,
    headers: Readonly<Record<string, string>> = noHeaders,
  ) {
    this.#contract = contract;
    this.source = source;
    this.payload = payload;
    this.headers = headers;
    if (options === undefined) return;
    this.#id = options.id;
    this.#time = options.time?.toISOString();
  }

  get specversion(): "1.0" {
    return "1.0";
  }

  get type(): string {
    return this.#contract.type;
  }

  get id(): string {
    this.#id ??= crypto.randomUUID();
    return this.#id;
  }

  get time(): string {
    this.#time ??= new Date().toISOString();
    return this.#time;
  }

  get datacontenttype(): string {
    return "application/json";
  }

  get subject(): string | undefined {
    const pointer = this.#contract.keyPointer;
    return pointer === undefined ? undefined : valueAt(this.payload, pointer);
  }

  toJSON(): Envelope<Payload> {
    return {
      specversion: this.specversion,
      id: this.id,
      source: this.source,
      type: this.type,
      time: this.time,
      datacontenttype: this.datacontenttype,
      ...(this.subject === undefined ? {} : { subject: this.subject }),
      headers: { ...this.headers },
      payload: this.payload,
    };
  }
}

/** The text, number or boolean at a JSON Pointer, as text; nothing when there is none. */
function valueAt(payload: unknown, pointer: string): string | undefined {
  let value = payload;
  for (const step of pointer.split("/").slice(1)) {
    const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
    value = Reflect.get(value, name);
  }
  return typeof value === "object" || value === undefined ? undefined : String(value);
}
