import type { ListenerOptions } from "../contract/listener.js";
import { BusError } from "../errors.js";
import { amountProblems, type OptionNames, readOptions, wordProblems } from "../given-options.js";
import type { BoundHandler, Registration } from "./registration.js";
import type { RetryOptions } from "./retry.js";

const names: OptionNames<ListenerOptions> = {
  name: true,
  scope: true,
  exclusive: true,
  from: true,
  where: true,
  parameters: true,
  address: true,
  upcasts: true,
  concurrency: true,
  timeoutMs: true,
  retry: true,
  inbox: true,
  expired: true,
  background: true,
};

const retryNames: OptionNames<RetryOptions> = {
  immediate: true,
  delayed: true,
  delayMs: true,
  factor: true,
  maxDelayMs: true,
  jitter: true,
  order: true,
  decide: true,
};

const words = { scope: ["group", "broadcast"], from: ["now", "start"], expired: ["drop", "deadLetter"] };

const amounts = ["immediate", "delayed", "delayMs", "factor", "maxDelayMs", "jitter"] as const;

/** @throws BusError `LISTENER_INVALID` that names all problems */
export function checkListener({ name, handlers, options }: Registration): void {
  const { given, problems: misspelled } = readOptions(options, names);
  const { concurrency = 1, where } = given;
  const isNamed = name !== undefined && /^\P{C}+$/u.test(name);
  const problems = [
    ...misspelled,
    ...(isNamed || name === undefined ? [] : ["name: expected text without control characters"]),
    ...wordProblems(given, words),
    ...(given.exclusive === true && given.scope === "broadcast"
      ? ['scope: expected "group" with exclusive']
      : []),
    ...(concurrency >= 1 ? [] : [`concurrency: expected 1 or more, got ${concurrency}`]),
    ...amountProblems(given, ["timeoutMs"]),
    ...(where === undefined || typeof where === "function" ? [] : ["where: expected a function"]),
    ...Object.entries(given.parameters ?? {}).flatMap(([parameter, value]) =>
      parameterProblems(handlers, parameter, value),
    ),
    ...(given.retry === undefined ? [] : retryProblems(given.retry)),
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

function retryProblems(options: RetryOptions): readonly string[] {
  const { given, problems: misspelled } = readOptions(options, retryNames);
  const problems = [
    ...misspelled,
    ...amounts
      .filter((name) => !((given[name] ?? 0) >= 0))
      .map((name) => `${name}: expected a number of 0 or more, got ${given[name]}`),
    ...wordProblems(given, { order: ["pass", "stopKey"] }),
  ];
  return problems.map((problem) => `retry.${problem}`);
}
