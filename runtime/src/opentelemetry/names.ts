/** Names of the OpenTelemetry semantic conventions for messaging, and nowhere else. */
export const attributeNames = {
  system: "messaging.system",
  operationName: "messaging.operation.name",
  operationType: "messaging.operation.type",
  destination: "messaging.destination.name",
  destinationTemplate: "messaging.destination.template",
  messageId: "messaging.message.id",
  conversationId: "messaging.message.conversation_id",
  consumerGroup: "messaging.consumer.group.name",
  errorType: "error.type",
  /** Ours: the contract's type on the wire, as in the conventions for CloudEvents. */
  eventType: "cloudevents.event_type",
  /** Ours: which try it is. */
  attempt: "eventwright.attempt",
} as const;

export const metricNames = {
  /** Seconds that a publish took. */
  operationDuration: "messaging.client.operation.duration",
  /** Seconds that a handler took. */
  processDuration: "messaging.process.duration",
  sent: "messaging.client.sent.messages",
  consumed: "messaging.client.consumed.messages",
} as const;

/** Operations by name, with their type. */
export const operations = {
  publish: "send",
  process: "process",
} as const;

/** Instrumentation scope. */
export const scopeName = "@eventwright/runtime";
