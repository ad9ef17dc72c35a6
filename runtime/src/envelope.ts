/** An event on its way: the payload and what stands beside it, as in CloudEvents 1.0. */
export interface Envelope<Payload = unknown> {
  readonly specversion: "1.0";
  readonly id: string;
  readonly source: string;
  /** The contract's type on the wire. */
  readonly type: string;
  /** RFC 3339, UTC. */
  readonly time: string;
  readonly datacontenttype?: string;
  readonly dataschema?: string;
  /** The contract's key, taken from the payload. */
  readonly subject?: string | undefined;
  readonly headers: { readonly [name: string]: string | undefined };
  readonly payload: Payload;
}

/** A plain copy of an envelope with more headers: for middleware, which cannot change what it is given. */
export function withHeaders<Payload>(
  envelope: Envelope<Payload>,
  headers: { readonly [name: string]: string },
): Envelope<Payload> {
  const { specversion, id, source, type, time, datacontenttype, dataschema, subject, payload } = envelope;
  return {
    specversion,
    id,
    source,
    type,
    time,
    ...(datacontenttype === undefined ? {} : { datacontenttype }),
    ...(dataschema === undefined ? {} : { dataschema }),
    subject,
    headers: { ...envelope.headers, ...headers },
    payload,
  };
}
