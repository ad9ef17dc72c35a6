import type { Broker } from "@eventwright/runtime";
import { AmqpBroker } from "@eventwright/runtime/amqp";
import { RedisBroker, type RedisBrokerOptions } from "@eventwright/runtime/redis";
import type { BrokerPlan } from "./plan.js";

/** The broker of a process, with limits that are short enough to be seen in a run. */
export function makeBroker(plan: BrokerPlan): Broker {
  const { kind, run, urls = [], ca } = plan;
  switch (kind) {
    case "redis":
      return new RedisBroker({
        ...placeOf(plan),
        prefix: `faults-${run}:`,
        leaseMs: 2_000,
        answerTimeoutMs: 3_000,
        replicas: plan.replicas ?? 0,
      });
    case "amqp":
      return new AmqpBroker({
        url: urls,
        exchange: `faults-${run}`,
        heartbeatSeconds: 1,
        ...(ca === undefined ? {} : { tls: { ca } }),
      });
  }
}

function placeOf({ urls: [url] = [], ca, sentinels, nodes }: BrokerPlan): RedisBrokerOptions {
  if (nodes !== undefined) return { cluster: { nodes } };
  if (sentinels !== undefined) {
    const { addresses, name, user } = sentinels;
    const login = { username: user.name, password: user.password };
    return { connection: { sentinels: [...addresses], name, ...login, failoverDetector: true } };
  }
  return { url: url ?? "", ...(ca === undefined ? {} : { connection: { tls: { ca } } }) };
}
