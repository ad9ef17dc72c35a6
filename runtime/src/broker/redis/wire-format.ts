import type { Attributes } from "../message.js";

/** The extension attributes on the wire that are no headers. */
export const replyToAttribute = "ewreplyto";
export const addressAttribute = "ewaddress";

/**
 * What stands before the payload in a document of ours. The tab, which other producers hardly write, says that the
 * payload is the last member: then it can be cut out instead of being parsed twice. Quotes inside strings are escaped,
 * so it stands in none.
 */
export const dataMark = ',\t"data":';

/** What the place of a message on the server does not say. */
export interface Route {
  readonly address?: string | undefined;
  readonly replyTo?: string | undefined;
}

/** The attributes, with what the place does not say. */
export function routeAttributes(attributes: Attributes, { address, replyTo }: Route): Attributes {
  if (address === undefined && replyTo === undefined) return attributes;
  return {
    ...attributes,
    ...(address === undefined ? {} : { [addressAttribute]: address }),
    ...(replyTo === undefined ? {} : { [replyToAttribute]: replyTo }),
  };
}

export function isJson(contentType: string | undefined): boolean {
  return contentType === undefined || /^[^;]*[/+]json\b/.test(contentType);
}
