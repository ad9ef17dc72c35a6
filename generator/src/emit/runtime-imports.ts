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
  Bus: "type",
  Channel: "type",
  ChannelListener: "type",
  CommandContract: "type",
  defineChannel: "value",
  defineCommand: "value",
  defineEvent: "value",
  defineQuery: "value",
  Envelope: "type",
  EventContract: "type",
  HandlerContext: "type",
  HandlerReturn: "type",
  Listener: "type",
  ListenerOptions: "type",
  PublishOptions: "type",
  QueryContract: "type",
  RequestHandler: "type",
  RequestOptions: "type",
  Validator: "type",
} as const;

/** A name in {@link runtimeImports}. */
export type RuntimeName = keyof typeof runtimeImports;
