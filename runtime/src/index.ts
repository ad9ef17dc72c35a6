export type {
  Broker,
  BrokerFeatures,
  BrokerHost,
  BrokerStatus,
  BrokerSubscription,
  DeadLetter,
  DeadLetterStore,
  Delivery,
  Inspection,
  Redelivery,
  SubscribeOptions,
  Support,
} from "./broker/broker.js";
export { LocalBroker, type LocalBrokerOptions } from "./broker/local/local-broker.js";
export { LocalStore } from "./broker/local/local-store.js";
export type { Attributes, Message, OutgoingMessage } from "./broker/message.js";
export { NullBroker } from "./broker/null/null-broker.js";
export { type Clock, systemClock } from "./clock.js";
export * from "./contract.js";
export type { ErrorClass, ErrorHook, Failure } from "./error-hooks.js";
export {
  BrokerError,
  BusError,
  type CodesOf,
  type ErrorCode,
  EventwrightError,
  errorCodes,
  HandlingError,
  PayloadError,
  PublishError,
  type PublishOutcome,
  type RemoteError,
  RequestError,
} from "./errors.js";
export {
  type BusState,
  type CloseOptions,
  type CloseReport,
  EventBus,
  type EventHandler,
} from "./event-bus.js";
export { deadLetter, drop, retry } from "./listener/results.js";
export type { RetryOptions } from "./listener/retry.js";
export { type Upcast, upcast } from "./listener/upcast.js";
export { weakListener } from "./listener/weak-listener.js";
export { type EventRecord, Reporter } from "./observe/reporter.js";
export { type TrackedEvent, Tracker, type WaitOptions } from "./observe/tracker.js";
export type { DefaultListener, EventsOptions, PublishedEvent } from "./observers.js";
export type { EventBusOptions } from "./options.js";
export type { HandleNext, ListenerDescription, Middleware, PublishNext } from "./pipeline/pipeline.js";
export type { PublishManyOptions } from "./publish/publish-many.js";
export { jsonSerializer } from "./serializer/json-serializer.js";
export type { Serializer } from "./serializer/serializer.js";
export { decodeStructured, encodeStructured, structuredContentType } from "./serializer/structured-json.js";
export type { BusState, StatusChange } from "./status.js";
export type { StreamSubscription, Subscription } from "./subscription.js";
