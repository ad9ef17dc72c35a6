import type { ListenerOptions } from "../contract/listener.js";
import { BusError } from "../errors.js";
import {
  aboveZero,
  anything,
  numberRule,
  oneOf,
  type Rules,
  readOptions,
  rule,
  zeroOrMore,
} from "../given-options.js";
import type { BoundHandler, Registration } from "./registration.js";
import type { RetryOptions } from "./retry.js";

const retryRules: Rules<RetryOptions> = {
  immediate: zeroOrMore,
  delayed: zeroOrMore,
  delayMs: zeroOrMore,
  factor: zeroOrMore,
  maxDelayMs: zeroOrMore,
  jitter: zeroOrMore,
  order: oneOf("pass", "stopKey"),
  decide: anything,
};

const rules: Rules<ListenerOptions> = {
  name: anything,
  scope: oneOf("group", "broadcast"),
  exclusive: anything,
  from: oneOf("now", "start"),
  where: rule("a function", (value) => typeof value === "function"),
  parameters: anything,
  address: anything,
  upcasts: anything,
  concurrency: numberRule("1 or more", (value) => value >= 1),
  timeoutMs: aboveZero,
  retry: anything,
  inbox: anything,
  expired: oneOf("drop", "deadLetter"),
  background: anything,
};

/** @throws BusError `LISTENER_INVALID` that names all problems */
export function checkListener({ name, handlers, options }: Registration): void {
  const { given, problems: own } = readOptions(options, rules);
  const { exclusive, scope, parameters = {}, retry = {} } = given;
  const isNamed = name !== undefined && /^\P{C}+$/u.test(name);
  const problems = [
    ...own,
    ...(isNamed || name === undefined ? [] : ["name: expected text without control characters"]),
    ...(exclusive === true && scope === "broadcast" ? ['scope: expected "group" with exclusive'] : []),
    ...Object.entries(parameters).flatMap(([parameter, value]) =>
      parameterProblems(handlers, parameter, value),
    ),
    ...readOptions(retry, retryRules).problems.map((problem) => `retry.${problem}`),
  ];
  if (problems.length === 0) return;
  const who = isNamed ? name : handlers.map(({ contract }) => contract.name).join(", ");
  throw new BusError("LISTENER_INVALID", `cannot listen as ${who}: ${problems.join("; ")}`);
}

/** Of the channels that have the parameter, each may take the value; those without it are not asked. */
function parameterProblems(
  handlers: readonly BoundHandler[],
  parameter: string,
  value: unknown,
): readonly string[] {
  const channels = new Set(handlers.map(({ contract }) => contract.channel));
  const having = [...channels].filter(({ parameterNames }) => parameterNames.includes(parameter));
  if (having.length === 0) {
    const known = [...channels].flatMap(({ parameterNames }) => parameterNames).join(", ");
    return [`parameters.${parameter}: no such parameter, expected one of ${known || "none"}`];
  }
  return having
    .map(({ parameters }) => (value === undefined ? undefined : parameters[parameter]?.(value, true)))
    .filter((violation) => violation !== undefined)
    .map(({ expected, got }) => `parameters.${parameter}: expected ${expected}, got ${got}`);
}
