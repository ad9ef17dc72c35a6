/** All that generated code may import. What stands here stays: a breaking change gets a new name beside the old one. */
export type { Bus, CallArguments, PublishOptions, RequestOptions } from "./contract/bus.js";
export { type AddressParameters, Channel, defineChannel, type NoParameters } from "./contract/channel.js";
export {
  type AnyContract,
  type AnyEventContract,
  type AnyRequestContract,
  CommandContract,
  defineCommand,
  defineEvent,
  defineQuery,
  EventContract,
  type PayloadOf,
  QueryContract,
} from "./contract/contract.js";
export type { Limits } from "./contract/limits.js";
export type {
  ChannelListener,
  HandlerContext,
  HandlerResult,
  HandlerReturn,
  InboxStore,
  Listener,
  ListenerOptions,
  RequestHandler,
} from "./contract/listener.js";
export type { Validator, Violation } from "./contract/violation.js";
export type { Envelope } from "./envelope.js";
export { isEqual, isUnique } from "./validation/equal.js";
export { fail, pointer, under } from "./validation/fail.js";
export { isDate, isDateTime, isDuration, isTime } from "./validation/formats/date-time.js";
export { isEmail, isIdnEmail } from "./validation/formats/email.js";
export { isHostname, isIdnHostname } from "./validation/formats/hostname.js";
export { isIpv4, isIpv6 } from "./validation/formats/ip.js";
export { isJsonPointer, isRelativeJsonPointer } from "./validation/formats/json-pointer.js";
export { isRegex } from "./validation/formats/regex.js";
export { isIri, isIriReference, isUri, isUriReference } from "./validation/formats/uri.js";
export { isUriTemplate } from "./validation/formats/uri-template.js";
export { isUuid } from "./validation/formats/uuid.js";
export { countMembers, members, own, undeclared } from "./validation/members.js";
export { isMultipleOf } from "./validation/multiple-of.js";
export { Seen } from "./validation/seen.js";
export { isLonger, isShorter } from "./validation/text-length.js";
export { anyOf, oneOf } from "./validation/unions.js";
export { type Closed, vouch } from "./validation/writing.js";
