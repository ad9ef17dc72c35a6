/**
 * The contract model: what the emitters see, and all they see. Plain immutable data, built by
 * `build-contracts.ts`, with every name already made (`names.ts`) and every schema in the inner form.
 */

/** Where something stands in the users' files. `file` is relative to the working folder, with forward slashes. */
export interface SourceLocation {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1. */
  readonly column: number;
  /** JSON Pointer (RFC 6901) into the file; empty for its root. */
  readonly pointer: string;
}

export interface ContractSet {
  /** Sorted by name. */
  readonly channels: readonly Channel[];
  /** Every named type of the output, sorted by module, then name. */
  readonly types: readonly PayloadType[];
}

export interface Channel {
  readonly name: string;
  readonly description?: string;
  readonly owner?: string;
  readonly address: string;
  readonly durable: boolean;
  readonly parameters: readonly Parameter[];
  readonly headers?: TypeReference;
  /** Those that the channel sets itself. */
  readonly limits?: ChannelLimits;
  /** In order of the names. */
  readonly contracts: readonly Contract[];
  readonly names: ChannelNames;
  readonly source: SourceLocation;
}

/** What payloads of a channel may be at most, whatever their schemas say. */
export interface ChannelLimits {
  /** Of the payload as UTF-8 JSON. */
  readonly maxBytes?: number;
  /** Objects and arrays inside each other. */
  readonly maxDepth?: number;
  /** Members and items in all objects and arrays together. */
  readonly maxItems?: number;
  /** No member may stand twice in an object. */
  readonly uniqueKeys?: boolean;
  /** No integer may be beyond what JavaScript can tell from its neighbours. */
  readonly safeIntegers?: boolean;
}

/** Identifiers and module paths (without extension, relative to the output folder) of what a channel becomes. */
export interface ChannelNames {
  /** Folder of the channel, for instance `orders`. */
  readonly folder: string;
  /** `ordersChannel`, in module `channelModule`. */
  readonly channel: string;
  readonly channelModule: string;
  /** `OrdersParameters`: the type of the address parameters. */
  readonly parameters: string;
  readonly publisher: string;
  readonly publisherModule: string;
  /** `OrdersListener`: one optional method per event. */
  readonly listener: string;
  readonly listenersModule: string;
  /** `OrdersEvents`: the event map, name to payload type. */
  readonly eventMap: string;
}

export interface Parameter {
  readonly name: string;
  readonly description?: string;
  /** The values allowed, when the schema lists them. */
  readonly values?: readonly string[];
  readonly type: TypeReference;
}

export type Contract = EventContract | CommandContract | QueryContract;

interface ContractBase {
  /** The TypeScript name; unique in the set, also when case is ignored. */
  readonly name: string;
  readonly channel: string;
  /** CloudEvents type on the wire. */
  readonly type: string;
  readonly version: number;
  /** JSON Pointer into the payload. */
  readonly key?: string;
  readonly description?: string;
  readonly deprecated?: boolean;
  /** Absent: the contract carries no payload. */
  readonly payload?: TypeReference;
  readonly names: ContractNames;
  readonly source: SourceLocation;
}

/** Identifiers and module paths of what a contract becomes. */
export interface ContractNames {
  /** Module of the type and the contract value, for instance `orders/order-placed`. */
  readonly module: string;
  /** Publisher method: `orderPlaced`. */
  readonly publish: string;
  /** `OrderPlacedListener` for events, `CancelOrderHandler` for commands and queries. */
  readonly listener: string;
  /** Method of the channel listener: `onOrderPlaced`. */
  readonly on: string;
}

export interface EventContract extends ContractBase {
  readonly kind: "event";
}

export interface CommandContract extends ContractBase {
  readonly kind: "command";
  /** Absent: the handler answers with nothing. */
  readonly reply?: TypeReference;
}

export interface QueryContract extends ContractBase {
  readonly kind: "query";
  readonly reply: TypeReference;
}

/** The key of a {@link PayloadType} in `ContractSet.types`; also what `$ref` holds in the inner form. */
export type TypeReference = string;

/** One named type: an interface or alias in the output, and a validator. */
export interface PayloadType {
  /** Unique in the set; opaque to emitters. */
  readonly key: TypeReference;
  /** TypeScript name, unique in the set, also when case is ignored. */
  readonly name: string;
  /** Module that holds it: a contract's own module, or one below the shared folder when several contracts use it. */
  readonly module: string;
  readonly schema: InnerSchema;
  /** Keys of the types that `schema` refers to, sorted, each once. */
  readonly references: readonly TypeReference[];
  readonly source: SourceLocation;
}

/**
 * The inner form of a schema: JSON Schema 2020-12 vocabulary only, whatever the dialect of the file, with no
 * identifiers, no definitions, no unknown keywords, and every `$ref` holding a {@link TypeReference}.
 * Objects that are keyed by names of the users have a null prototype.
 */
export type InnerSchema = boolean | InnerSchemaObject;

export type JsonType = "array" | "boolean" | "integer" | "null" | "number" | "object" | "string";

export type JsonValue =
  | boolean
  | null
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

export interface InnerSchemaObject {
  readonly $ref?: TypeReference;
  readonly title?: string;
  readonly description?: string;
  readonly deprecated?: boolean;
  readonly default?: JsonValue;
  readonly examples?: readonly JsonValue[];
  readonly readOnly?: boolean;
  readonly writeOnly?: boolean;

  readonly type?: readonly JsonType[];
  readonly const?: JsonValue;
  readonly enum?: readonly JsonValue[];
  /** Known values of an open enumeration: others pass. */
  readonly "x-extensible-enum"?: readonly JsonValue[];

  readonly allOf?: readonly InnerSchema[];
  readonly anyOf?: readonly InnerSchema[];
  readonly oneOf?: readonly InnerSchema[];
  readonly not?: InnerSchema;
  readonly if?: InnerSchema;
  readonly then?: InnerSchema;
  readonly else?: InnerSchema;

  readonly properties?: { readonly [name: string]: InnerSchema };
  readonly patternProperties?: { readonly [pattern: string]: InnerSchema };
  readonly additionalProperties?: InnerSchema;
  readonly propertyNames?: InnerSchema;
  readonly unevaluatedProperties?: InnerSchema;
  readonly dependentSchemas?: { readonly [name: string]: InnerSchema };
  readonly dependentRequired?: { readonly [name: string]: readonly string[] };
  readonly required?: readonly string[];
  readonly minProperties?: number;
  readonly maxProperties?: number;

  readonly prefixItems?: readonly InnerSchema[];
  readonly items?: InnerSchema;
  readonly unevaluatedItems?: InnerSchema;
  readonly contains?: InnerSchema;
  readonly minContains?: number;
  readonly maxContains?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;

  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;

  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly contentEncoding?: string;
  readonly contentMediaType?: string;
}
