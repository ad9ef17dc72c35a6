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
  LetterFilter,
  Redelivery,
  SubscribeOptions,
  Support,
} from "./broker/broker.js";
export { LocalBroker, type LocalBrokerOptions } from "./broker/local/local-broker.js";
export { LocalStore, type LocalStoreOptions } from "./broker/local/local-store.js";
export type { Attributes, Message, OutgoingMessage } from "./broker/message.js";
export { NullBroker } from "./broker/null/null-broker.js";
export { type Clock, systemClock } from "./clock.js";
export type {
  AddressParameters,
  AnyContract,
  AnyEventContract,
  AnyRequestContract,
  Bus,
  CallArguments,
  Channel,
  ChannelListener,
  CommandContract,
  Envelope,
  EventContract,
  HandlerContext,
  HandlerResult,
  HandlerReturn,
  InboxStore,
  Limits,
  Listener,
  ListenerOptions,
  NoParameters,
  PayloadOf,
  PublishOptions,
  QueryContract,
  RequestHandler,
  RequestOptions,
  Validator,
  Violation,
} from "./contract.js";
export { getDefaultBus, setDefaultBus, withBus } from "./default-bus.js";
export type { DeliveryTold, Diagnostics } from "./diagnostics.js";
export { withHeaders } from "./envelope.js";
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
export { type CloseOptions, EventBus } from "./event-bus.js";
export type { EventHandler, EventOptions } from "./event-types.js";
export type { Health, ListenerHealth } from "./health.js";
export type { CloseReport } from "./lifecycle.js";
export { inOrder, sideBySide } from "./listener/combine.js";
export type { DeadLetters } from "./listener/dead-letters.js";
export type { StreamItem } from "./listener/event-stream.js";
export { MemoryInbox } from "./listener/inbox.js";
export { type Provided, perEvent, singleton } from "./listener/providers.js";
export { deadLetter, drop, retry } from "./listener/results.js";
export type { RetryOptions } from "./listener/retry.js";
export { type Upcast, upcast } from "./listener/upcast.js";
export { weakListener } from "./listener/weak-listener.js";
export { type EventRecord, Reporter } from "./observe/reporter.js";
export { type TrackedEvent, Tracker, type WaitOptions } from "./observe/tracker.js";
export type { DefaultListener, EventsOptions, PublishedEvent } from "./observers.js";
export type { EventBusOptions } from "./options.js";
export { MemoryOutbox, MemoryTransaction } from "./outbox/memory-outbox.js";
export { Outbox, type OutboxOptions } from "./outbox/outbox.js";
export type { OutboxRecord, OutboxStore } from "./outbox/outbox-store.js";
export type { HandleNext, ListenerDescription, Middleware, PublishNext } from "./pipeline/middleware.js";
export type { PublishManyOptions } from "./publish/publish-many.js";
export { jsonSerializer } from "./serializer/json-serializer.js";
export type { Serializer } from "./serializer/serializer.js";
export { decodeStructured, encodeStructured, structuredContentType } from "./serializer/structured-json.js";
export type { BusState, StatusChange } from "./status.js";
export type { StreamSubscription } from "./stream-subscription.js";
export type { Subscription } from "./subscription.js";
