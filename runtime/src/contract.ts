/** All that generated code may import. What stands here stays: a breaking change gets a new name beside the old one. */
export type { Bus, CallArguments, PublishOptions, RequestOptions } from "./contract/bus.js";
export { type AddressParameters, Channel, defineChannel, type NoParameters } from "./contract/channel.js";
export {
  CommandContract,
  defineCommand,
  defineEvent,
  defineQuery,
  EventContract,
  QueryContract,
} from "./contract/contract.js";
export type {
  ChannelListener,
  HandlerContext,
  HandlerResult,
  HandlerReturn,
  Listener,
  ListenerOptions,
  RequestHandler,
} from "./contract/listener.js";
export type { Validator, Violation } from "./contract/violation.js";
export type { Envelope } from "./envelope.js";
