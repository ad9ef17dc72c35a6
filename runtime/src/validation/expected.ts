/** What a keyword compares with: its value in the schema, or what of it a reader of the message needs. */
export type Parameter = Scalar | readonly Scalar[] | ReadonlySet<Scalar> | undefined;

type Scalar = boolean | null | number | string;

/** Longest text of a list of values or of a pattern that a message spells out. */
const longestList = 200;

/** What a keyword with this parameter wants, as the end of "expected …". */
export function describeExpected(keyword: string, parameter: Parameter): string {
  const describe = Object.hasOwn(sentences, keyword) ? sentences[keyword] : undefined;
  return describe === undefined ? `what ${keyword} allows` : describe(parameter);
}

const sentences: { readonly [keyword: string]: (parameter: Parameter) => string } = {
  type: typeNames,
  const: (value) => (value === undefined ? "the one value that the schema allows" : JSON.stringify(value)),
  enum: (values) =>
    values === undefined ? "one of the values that the schema lists" : describeValues(listed(values)),
  required: () => "a value",
  dependentRequired: (name) => `a value, because ${JSON.stringify(name)} is there`,
  false: () => "nothing: the schema allows no value here",
  undeclared: () => "no member of this name: the schema does not declare it",
  unevaluatedItems: () => "no item here: the schema does not declare it",
  propertyNames: () => "a member name that the schema allows",
  format: (format) => `text of format ${format}`,
  pattern: (pattern) => `text that matches ${cut(JSON.stringify(pattern))}`,
  minLength: (limit) => `at least ${counted(limit, "character")}`,
  maxLength: (limit) => `at most ${counted(limit, "character")}`,
  minimum: (limit) => `at least ${limit}`,
  maximum: (limit) => `at most ${limit}`,
  exclusiveMinimum: (limit) => `more than ${limit}`,
  exclusiveMaximum: (limit) => `less than ${limit}`,
  multipleOf: (divisor) => `a multiple of ${divisor}`,
  minItems: (limit) => `at least ${counted(limit, "item")}`,
  maxItems: (limit) => `at most ${counted(limit, "item")}`,
  minProperties: (limit) => `at least ${counted(limit, "member")}`,
  maxProperties: (limit) => `at most ${counted(limit, "member")}`,
  uniqueItems: () => "items that all differ",
  minContains: (limit) => `at least ${counted(limit, "item")} of the kind that the schema wants`,
  maxContains: (limit) => `at most ${counted(limit, "item")} of the kind that the schema limits`,
  not: () => "a value that the schema does not rule out",
  anyOf: (union) => (isList(union) ? typeNames(union) : `a value that fits one of ${union} alternatives`),
  oneOf: (union) =>
    isList(union) ? typeNames(union) : `a value that fits exactly one of ${union} alternatives`,
};

function listed(parameter: Parameter): Iterable<Scalar> {
  if (parameter === undefined) return [];
  return isSet(parameter) || isList(parameter) ? parameter : [parameter];
}

/** `1 item`, `2 items` */
export function counted(count: Parameter, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function isSet(parameter: Parameter): parameter is ReadonlySet<Scalar> {
  return parameter instanceof Set;
}

function isList(parameter: Parameter): parameter is readonly Scalar[] {
  return Array.isArray(parameter);
}

function typeNames(types: Parameter): string {
  return Array.from(listed(types), typeName).join(" or ");
}

function typeName(type: unknown): string {
  if (type === "null") return "null";
  if (type === "string") return "text";
  return type === "array" || type === "integer" || type === "object" ? `an ${type}` : `a ${type}`;
}

/** Lists only as many values as are shown: a union may describe what it then has no use for. */
function describeValues(values: Iterable<unknown>): string {
  let text = "";
  let count = 0;
  for (const value of values) {
    text += count === 0 ? JSON.stringify(value) : `, ${JSON.stringify(value)}`;
    count += 1;
    if (text.length > longestList) break;
  }
  return count === 1 ? cut(text) : `one of ${cut(text)}`;
}

function cut(text: string): string {
  return text.length > longestList ? `${text.slice(0, longestList)}…` : text;
}
