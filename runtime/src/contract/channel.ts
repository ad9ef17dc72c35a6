import { fillAddress, parametersOf, patternOf } from "./fill-address.js";
import { defaultLimits, type Limits } from "./limits.js";
import type { Validator, Violation } from "./violation.js";

/** Values for the `{parameters}` of an address. */
export type AddressParameters = { readonly [name: string]: string };

/** The parameters of an address without any. */
export type NoParameters = Readonly<Record<never, string>>;

export interface ChannelDefinition {
  readonly name: string;
  /** The name on the wire, with `{parameters}` still in it. */
  readonly address: string;
  readonly durable: boolean;
  /** One check for each parameter of the address. */
  readonly parameters?: { readonly [name: string]: Validator };
  /** Checks the headers, as one object of text values. */
  readonly headers?: Validator;
  /** What is refused on receipt before it is parsed. */
  readonly limits?: Partial<Limits>;
}

/** A named place where events go. Made by {@link defineChannel} in generated code; compared by identity. */
export class Channel<Parameters = NoParameters> {
  readonly name: string;
  readonly address: string;
  readonly durable: boolean;
  /** Names of the address parameters, in the order of the address. */
  readonly parameterNames: readonly string[];
  readonly parameters: { readonly [name: string]: Validator };
  readonly headers: Validator | undefined;
  readonly limits: Limits;
  declare readonly parametersType?: Parameters;

  /** @internal */
  constructor(definition: ChannelDefinition) {
    this.name = definition.name;
    this.address = definition.address;
    this.durable = definition.durable;
    this.parameterNames = Array.from(definition.address.matchAll(/\{([^{}]+)\}/g), (match) => match[1] ?? "");
    this.parameters = definition.parameters ?? {};
    this.headers = definition.headers;
    this.limits = { ...defaultLimits, ...definition.limits };
  }

  /** The address with its parameters filled in, or what is wrong with them. @internal */
  fill(parameters: unknown): string | Violation {
    return fillAddress(this, parameters);
  }

  /** The pattern of all addresses, or of those with the given values. @internal */
  pattern(values?: unknown): string {
    return patternOf(this, values);
  }

  /** The parameter values in an address; empty when the address is not one of the channel's. @internal */
  valuesIn(address: string): Readonly<Record<string, string>> {
    return parametersOf(this, address);
  }
}

/** For generated code. */
export function defineChannel<Parameters = NoParameters>(definition: ChannelDefinition): Channel<Parameters> {
  return new Channel(definition);
}
