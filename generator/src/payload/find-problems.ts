import { appendPointer } from "../json-pointer.js";
import { isArray, isObject, type JsonObject } from "../json-value.js";
import type { JsonValue, TypeReference } from "../model/contract.js";
import type { Validator, Violation } from "./load-validators.js";
import type { SplitSchema, SplitSchemas } from "./split-schema.js";

/** What problems are found with: schemas that are taken apart, and the validators of all questions. */
export interface ProblemFinder {
  readonly schemas: SplitSchemas;
  readonly validators: ReadonlyMap<TypeReference, Validator>;
  /** As writers check: undeclared members are problems. */
  readonly closed: boolean;
}

/**
 * All problems of a value, as far as they do not depend on each other; none exactly when the validator takes it. Of a
 * union that does not fit, the one problem that its validator names.
 */
export function findProblems(
  key: TypeReference,
  value: JsonValue,
  finder: ProblemFinder,
): readonly Violation[] {
  const problems = problemsOf(key, value, "", finder);
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

function problemsOf(
  key: TypeReference,
  value: JsonValue,
  path: string,
  finder: ProblemFinder,
): readonly Violation[] {
  const first = ask(key, value, path, finder, finder.closed);
  if (first.length === 0) return [];
  const { declared } = finder.schemas.split(key);
  const undeclared = finder.closed ? askMembers([declared], value, path, finder) : [];
  const problems = [...partProblems(key, value, path, finder), ...undeclared];
  return problems.length > 0 ? problems : first;
}

/** The problems of a value with a schema that need not speak for the whole value. */
function partProblems(
  key: TypeReference,
  value: JsonValue,
  path: string,
  finder: ProblemFinder,
): readonly Violation[] {
  const split = finder.schemas.split(key);
  for (const kind of split.kinds) {
    const wrongKind = ask(kind, value, path, finder);
    if (wrongKind.length > 0) return wrongKind;
  }
  return [
    ...split.keywords.flatMap((keyword) => ask(keyword, value, path, finder)),
    ...missingMembers(split, value, path, finder),
    ...askMembers(split.members, value, path, finder),
    ...innerProblems(split, value, path, finder),
    ...split.inPlace.flatMap((part) => partProblems(part, value, path, finder)),
  ];
}

function missingMembers(
  split: SplitSchema,
  value: JsonValue,
  path: string,
  finder: ProblemFinder,
): readonly Violation[] {
  if (!isObject(value)) return [];
  return [...split.required]
    .filter(([name]) => !Object.hasOwn(value, name))
    .flatMap(([, question]) => ask(question, value, path, finder));
}

/** Asks each member as if it were the only one. */
function askMembers(
  questions: readonly TypeReference[],
  value: JsonValue,
  path: string,
  finder: ProblemFinder,
): readonly Violation[] {
  if (!isObject(value) || questions.length === 0) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const only: JsonObject = Object.assign(Object.create(null), { [name]: member });
    return questions.flatMap((question) =>
      ask(question, only, "", finder, finder.closed).map((problem) => ({
        ...problem,
        path: appendPointer(path, name),
      })),
    );
  });
}

function innerProblems(
  split: SplitSchema,
  value: JsonValue,
  path: string,
  finder: ProblemFinder,
): readonly Violation[] {
  if (isArray(value)) {
    return value.flatMap((item, index) => {
      const schema = split.prefixItems[index] ?? split.items;
      return schema === undefined ? [] : problemsOf(schema, item, appendPointer(path, `${index}`), finder);
    });
  }
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    memberSchemas(split, name).flatMap((schema) =>
      problemsOf(schema, member, appendPointer(path, name), finder),
    ),
  );
}

function memberSchemas(
  { properties, patterns, additional }: SplitSchema,
  name: string,
): readonly TypeReference[] {
  const property = properties.get(name);
  const schemas = patterns.filter(({ matches }) => matches(name)).map(({ schema }) => schema);
  if (property !== undefined) schemas.push(property);
  return schemas.length === 0 && additional !== undefined ? [additional] : schemas;
}

function ask(
  question: TypeReference,
  value: JsonValue,
  path: string,
  { validators }: ProblemFinder,
  closed = false,
): readonly Violation[] {
  const violation = validators.get(question)?.(value, closed);
  return violation === undefined ? [] : [{ ...violation, path: path + violation.path }];
}
