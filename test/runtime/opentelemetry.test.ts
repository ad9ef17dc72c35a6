import { LocalBroker } from "@eventwright/runtime";
import { openTelemetry } from "@eventwright/runtime/opentelemetry";
import { context, propagation, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { makeBus } from "./make-bus.js";
import { OrderPlaced, StockCounted, StockNamed } from "./shop.js";

const spans = new InMemorySpanExporter();
const tracing = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
const metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const reader = new PeriodicExportingMetricReader({ exporter: metrics, exportIntervalMillis: 1e6 });
const metering = new MeterProvider({ readers: [reader] });
const middleware = [openTelemetry({ tracer: tracing.getTracer("test"), meter: metering.getMeter("test") })];

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
});

afterAll(async () => {
  context.disable();
  propagation.disable();
  await metering.shutdown();
});

beforeEach(() => spans.reset());

test("opentelemetry: the consumer's span is a child of the producer's, over bytes too", async () => {
  const { bus } = makeBus({ middleware, broker: new LocalBroker({ isolation: "copy" }) });
  let inside: string | undefined;
  bus.listen(
    StockNamed,
    () => {
      inside = trace.getActiveSpan()?.spanContext().spanId;
    },
    { name: "listener" },
  );
  await bus.start();
  const { id } = await bus.publish(StockNamed, "a", { headers: { correlationid: "c1" } });
  await bus.idle();
  await bus.close();
  const [consumer, producer] = spans.getFinishedSpans();
  expect([producer?.name, producer?.kind, consumer?.name, consumer?.kind]).toEqual([
    "publish stock",
    SpanKind.PRODUCER,
    "process stock",
    SpanKind.CONSUMER,
  ]);
  expect(consumer?.spanContext().traceId).toBe(producer?.spanContext().traceId);
  expect(consumer?.parentSpanContext?.spanId).toBe(producer?.spanContext().spanId);
  expect(inside).toBe(consumer?.spanContext().spanId);
  expect(producer?.attributes).toEqual({
    "messaging.system": "eventwright",
    "messaging.operation.name": "publish",
    "messaging.operation.type": "send",
    "messaging.destination.name": "stock",
    "messaging.destination.template": "shop.stock",
    "cloudevents.event_type": StockNamed.type,
    "messaging.message.id": id,
    "messaging.message.conversation_id": "c1",
  });
  expect(consumer?.attributes).toMatchObject({
    "messaging.consumer.group.name": "listener",
    "eventwright.attempt": 1,
  });
});

test("opentelemetry: what a handler publishes is in its trace", async () => {
  const { bus } = makeBus({ middleware });
  bus.listen(StockCounted, async ({ sku }, handler) => void (await handler.publish(StockNamed, sku)), {
    name: "a",
  });
  bus.listen(StockNamed, () => {}, { name: "b" });
  await bus.start();
  await bus.publish(StockCounted, { sku: "a", count: 1 });
  await bus.idle();
  await bus.close();
  expect(spans.getFinishedSpans()).toHaveLength(4);
});

test("opentelemetry: a retry has a trace of its own, linked to the producer; failures are marked", async () => {
  const { bus } = makeBus({ middleware });
  bus.listen(
    OrderPlaced,
    (_, { attempt }) => {
      if (attempt === 1) throw new RangeError("once");
    },
    { name: "retries", retry: { immediate: 1, delayed: 0 } },
  );
  await bus.start();
  await bus.publish(OrderPlaced, { orderId: "1", total: 1 }, { region: "eu" });
  await bus.idle();
  await bus.close();
  const finished = spans.getFinishedSpans();
  const producer = finished.find(({ kind }) => kind === SpanKind.PRODUCER);
  const [first, second] = finished.filter(({ kind }) => kind === SpanKind.CONSUMER);
  expect(first?.status.code).toBe(SpanStatusCode.ERROR);
  expect(first?.attributes["error.type"]).toBe("RangeError");
  expect(first?.links).toEqual([]);
  expect(second?.status.code).toBe(SpanStatusCode.UNSET);
  expect(second?.parentSpanContext).toBeUndefined();
  expect(second?.links.map((link) => link.context.spanId)).toEqual([producer?.spanContext().spanId]);
  expect(second?.attributes["eventwright.attempt"]).toBe(2);
});

test("opentelemetry: the messaging metrics are recorded, failures by type", async () => {
  const { bus } = makeBus({ middleware });
  bus.listen(
    StockNamed,
    (name) => {
      if (name === "bad") throw new TypeError("bad");
    },
    { name: "metered" },
  );
  await bus.start();
  for (const name of ["good", "bad"]) await bus.publish(StockNamed, name);
  await bus.idle();
  await bus.close();
  await reader.forceFlush();
  const all =
    metrics
      .getMetrics()
      .at(-1)
      ?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
  const points = (name: string) => all.find(({ descriptor }) => descriptor.name === name)?.dataPoints ?? [];
  const names = all.map(({ descriptor }) => descriptor.name).toSorted();
  expect(names).toEqual([
    "messaging.client.consumed.messages",
    "messaging.client.operation.duration",
    "messaging.client.sent.messages",
    "messaging.process.duration",
  ]);
  const failed = points("messaging.client.consumed.messages").filter(
    ({ attributes }) =>
      attributes["error.type"] === "TypeError" && attributes["messaging.consumer.group.name"] === "metered",
  );
  expect(failed.map(({ value }) => value)).toEqual([1]);
});
