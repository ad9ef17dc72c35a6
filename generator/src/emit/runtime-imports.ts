/** The package that generated code runs on. */
export const runtimePackage = "@eventwright/runtime";

/** The one module that generated code imports from outside of its own folder. */
export const runtimeModule = "@eventwright/runtime/contract";

/** The versions of the runtime that offer everything listed here; a peer dependency of the output. */
export const runtimeVersions = "^0.1.0";

/**
 * Every name that generated code may import from {@link runtimeModule}. A name stays here for as long as the runtime
 * must carry older output: a breaking change gets a new entry beside the old one.
 */
export const runtimeImports = {
  AnyContract: "type",
  anyOf: "value",
  Bus: "type",
  Channel: "type",
  ChannelListener: "type",
  CommandContract: "type",
  countMembers: "value",
  defineChannel: "value",
  defineCommand: "value",
  defineEvent: "value",
  defineQuery: "value",
  Envelope: "type",
  EventContract: "type",
  fail: "value",
  HandlerContext: "type",
  HandlerReturn: "type",
  isDate: "value",
  isDateTime: "value",
  isDuration: "value",
  isEmail: "value",
  isEqual: "value",
  isHostname: "value",
  isIdnEmail: "value",
  isIdnHostname: "value",
  isIpv4: "value",
  isIpv6: "value",
  isIri: "value",
  isIriReference: "value",
  isJsonPointer: "value",
  isLonger: "value",
  isMultipleOf: "value",
  isRegex: "value",
  isRelativeJsonPointer: "value",
  isShorter: "value",
  isTime: "value",
  isUnique: "value",
  isUri: "value",
  isUriReference: "value",
  isUriTemplate: "value",
  isUuid: "value",
  Listener: "type",
  ListenerOptions: "type",
  members: "value",
  oneOf: "value",
  own: "value",
  pointer: "value",
  PublishOptions: "type",
  QueryContract: "type",
  RequestHandler: "type",
  RequestOptions: "type",
  Seen: "value",
  undeclared: "value",
  under: "value",
  Validator: "type",
  vouch: "value",
} as const;

/** A name in {@link runtimeImports}. */
export type RuntimeName = keyof typeof runtimeImports;
