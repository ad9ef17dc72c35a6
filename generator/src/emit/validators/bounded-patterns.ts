import type { InnerSchema, InnerSchemaObject } from "../../model/contract.js";
import { longestSafeText } from "../../pattern/find-unsafe-pattern.js";

/**
 * The schema with a limit on the length of texts and names whose patterns need more time than their length: nobody may
 * keep a validator busy for minutes. Patterns that need a narrow limit do not come so far.
 */
export function withBoundedPatterns(schema: InnerSchemaObject): InnerSchemaObject {
  const { pattern, patternProperties = {} } = schema;
  const text = pattern === undefined ? Infinity : longestSafeText(pattern);
  const name = Math.min(...Object.keys(patternProperties).map(longestSafeText), Infinity);
  return {
    ...schema,
    ...(text !== Infinity && { maxLength: Math.min(text, schema.maxLength ?? Infinity) }),
    ...(name !== Infinity && { propertyNames: boundedNames(schema.propertyNames, name) }),
  };
}

function boundedNames(names: InnerSchema | undefined, maxLength: number): InnerSchema {
  return names === undefined ? { maxLength } : { maxLength, allOf: [names] };
}
