import type { PublishOptions } from "./contract/bus.js";
import type { Envelope } from "./envelope.js";
import { noHeaders } from "./headers.js";
import type { Origin } from "./origin.js";

/** What of an envelope is given by the caller, or made when first read. */
interface Facts {
  id: string | undefined;
  time: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** The envelope of an event made here. Its id and time are made when first read: many local events need neither. */
export class EventEnvelope<Payload = unknown> implements Envelope<Payload> {
  readonly payload: Payload;
  readonly #origin: Origin;
  #facts: Facts | undefined = undefined;

  constructor(
    origin: Origin,
    payload: Payload,
    options?: Pick<PublishOptions, "id" | "time">,
    headers?: Readonly<Record<string, string>>,
  ) {
    this.#origin = origin;
    this.payload = payload;
    if (options === undefined && headers === undefined) return;
    this.#facts = { id: options?.id, time: options?.time?.toISOString(), headers: headers ?? noHeaders };
  }

  /** The same event with a payload of its own: id and time are made once for both. */
  withPayload<Other>(payload: Other): EventEnvelope<Other> {
    const other = new EventEnvelope(this.#origin, payload);
    other.#facts = EventEnvelope.#factsOf(this);
    return other;
  }

  get specversion(): "1.0" {
    return "1.0";
  }

  get source(): string {
    return this.#origin.source;
  }

  get type(): string {
    return this.#origin.contract.type;
  }

  get id(): string {
    const facts = EventEnvelope.#factsOf(this);
    facts.id ??= crypto.randomUUID();
    return facts.id;
  }

  get time(): string {
    const facts = EventEnvelope.#factsOf(this);
    facts.time ??= isoNow();
    return facts.time;
  }

  get headers(): Readonly<Record<string, string>> {
    return this.#facts?.headers ?? noHeaders;
  }

  get datacontenttype(): string {
    return this.#origin.serializer.contentType;
  }

  get subject(): string | undefined {
    return this.#origin.contract.keyOf(this.payload);
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

  /** Static, as a private method would make each envelope larger. */
  static #factsOf(envelope: EventEnvelope): Facts {
    envelope.#facts ??= { id: undefined, time: undefined, headers: noHeaders };
    return envelope.#facts;
  }
}

let [lastMs, lastText] = [Number.NaN, ""];

/** The time now, written once a millisecond. */
function isoNow(): string {
  const ms = Date.now();
  if (ms !== lastMs) [lastMs, lastText] = [ms, new Date(ms).toISOString()];
  return lastText;
}
