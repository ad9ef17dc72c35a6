import { type Attributes, type Meter, metrics } from "@opentelemetry/api";
import { metricNames, scopeName } from "./names.js";

/** The metrics of the conventions for messaging. */
export interface Instruments {
  published(seconds: number, attributes: Attributes): void;
  processed(seconds: number, attributes: Attributes): void;
}

export function createInstruments(meter: Meter = metrics.getMeter(scopeName)): Instruments {
  const operationDuration = meter.createHistogram(metricNames.operationDuration, { unit: "s" });
  const processDuration = meter.createHistogram(metricNames.processDuration, { unit: "s" });
  const sent = meter.createCounter(metricNames.sent, { unit: "{message}" });
  const consumed = meter.createCounter(metricNames.consumed, { unit: "{message}" });
  return {
    published(seconds, attributes) {
      operationDuration.record(seconds, attributes);
      sent.add(1, attributes);
    },
    processed(seconds, attributes) {
      processDuration.record(seconds, attributes);
      consumed.add(1, attributes);
    },
  };
}
