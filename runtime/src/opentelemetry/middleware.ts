import {
  type Attributes,
  type Context,
  context,
  type Meter,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import type { AnyContract } from "../contract/contract.js";
import { type Envelope, withHeaders } from "../envelope.js";
import { EventwrightError } from "../errors.js";
import type { HandleNext, ListenerDescription, Middleware, PublishNext } from "../pipeline/middleware.js";
import { createInstruments, type Instruments } from "./instruments.js";
import { attributeNames, operations, scopeName } from "./names.js";

export interface OpenTelemetryOptions {
  /** Value of `messaging.system`. @default "eventwright" */
  readonly system?: string;
  /** @default the global provider's */
  readonly tracer?: Tracer;
  /** @default the global provider's */
  readonly meter?: Meter;
}

/**
 * Spans and metrics for all events of a bus, by the semantic conventions for messaging: a producer span for each
 * publish, whose context travels in the headers (`traceparent`), and a consumer span for each attempt to handle. The
 * first attempt is a child of the producer; a retry begins a trace of its own, with a link to it. To be given first.
 */
export function openTelemetry(options: OpenTelemetryOptions = {}): Middleware {
  return new OpenTelemetryMiddleware(options);
}

class OpenTelemetryMiddleware implements Middleware {
  readonly #system: string;
  readonly #tracer: Tracer;
  readonly #instruments: Instruments;

  constructor({ system = "eventwright", tracer, meter }: OpenTelemetryOptions) {
    this.#system = system;
    this.#tracer = tracer ?? trace.getTracer(scopeName);
    this.#instruments = createInstruments(meter);
  }

  async publish(envelope: Envelope, contract: AnyContract, next: PublishNext): Promise<void> {
    const attributes = this.#attributes("publish", contract);
    const span = this.#tracer.startSpan(`publish ${contract.channel.name}`, {
      kind: SpanKind.PRODUCER,
      attributes: { ...attributes, ...describe(envelope) },
    });
    const active = trace.setSpan(context.active(), span);
    const publish = (): Promise<void> => next(withHeaders(envelope, contextHeaders(active)));
    await measure(span, active, publish, (seconds, error) =>
      this.#instruments.published(seconds, { ...attributes, ...error }),
    );
  }

  handle(
    envelope: Envelope,
    contract: AnyContract,
    next: HandleNext,
    { name, context: { attempt } }: ListenerDescription,
  ): Promise<unknown> {
    const attributes = { ...this.#attributes("process", contract), [attributeNames.consumerGroup]: name };
    const producer = propagation.extract(ROOT_CONTEXT, envelope.headers);
    const origin = trace.getSpanContext(producer);
    const isRetry = attempt > 1;
    const span = this.#tracer.startSpan(
      `process ${contract.channel.name}`,
      {
        kind: SpanKind.CONSUMER,
        attributes: { ...attributes, ...describe(envelope), [attributeNames.attempt]: attempt },
        links: isRetry && origin !== undefined ? [{ context: origin }] : [],
      },
      isRetry ? ROOT_CONTEXT : producer,
    );
    return measure(span, trace.setSpan(producer, span), next, (seconds, error) =>
      this.#instruments.processed(seconds, { ...attributes, ...error }),
    );
  }

  #attributes(operation: keyof typeof operations, contract: AnyContract): Attributes {
    return {
      [attributeNames.system]: this.#system,
      [attributeNames.operationName]: operation,
      [attributeNames.operationType]: operations[operation],
      [attributeNames.destination]: contract.channel.name,
      [attributeNames.destinationTemplate]: contract.channel.address,
      [attributeNames.eventType]: contract.type,
    };
  }
}

/** What belongs on a span and not on a metric: it differs for every event. */
function describe({ id, headers }: Envelope): Attributes {
  const { correlationid } = headers;
  return {
    [attributeNames.messageId]: id,
    ...(correlationid === undefined ? {} : { [attributeNames.conversationId]: correlationid }),
  };
}

/** A trace context as headers; propagators whose names cannot be headers are left out. */
function contextHeaders(active: Context): Record<string, string> {
  const carrier: Record<string, string> = {};
  propagation.inject(active, carrier);
  return Object.fromEntries(Object.entries(carrier).filter(([name]) => /^[a-z0-9]{1,20}$/.test(name)));
}

async function measure<Result>(
  span: Span,
  active: Context,
  work: () => Promise<Result>,
  record: (seconds: number, error: Attributes) => void,
): Promise<Result> {
  const startedAt = performance.now();
  let failure: Attributes = {};
  try {
    return await context.with(active, work);
  } catch (error) {
    failure = { [attributeNames.errorType]: typeOf(error) };
    span.setAttributes(failure);
    span.setStatus({ code: SpanStatusCode.ERROR });
    if (error instanceof Error) span.recordException(error);
    throw error;
  } finally {
    record((performance.now() - startedAt) / 1000, failure);
    span.end();
  }
}

function typeOf(error: unknown): string {
  if (error instanceof EventwrightError) return error.code;
  return error instanceof Error ? error.name : "_OTHER";
}
