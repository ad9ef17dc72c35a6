import { EventBus, type EventBusOptions } from "@eventwright/runtime";
import { AmqpBroker, type AmqpBrokerOptions } from "@eventwright/runtime/amqp";
import {
  type Channel,
  type CommandContract,
  defineChannel,
  defineCommand,
  defineEvent,
  type EventContract,
} from "@eventwright/runtime/contract";
import { afterEach } from "vitest";

/** What most tests send. */
export interface Item {
  readonly n: number;
}

/** How the machine names what a test makes, so that no other test meets it. */
export const freshName = (what: string): string => `${what}-${crypto.randomUUID().slice(0, 8)}`;

export function freshChannel(
  options: { readonly durable?: boolean; readonly address?: string } = {},
): Channel {
  const name = freshName("channel");
  return defineChannel({ name, address: options.address ?? name, durable: options.durable ?? true });
}

export function freshEvent(channel: Channel = freshChannel()): EventContract<Item> {
  const name = freshName("Happened").replaceAll("-", "");
  return defineEvent<Item>({ name, channel, type: `test.${name}.v1`, version: 1, payload: () => undefined });
}

export function freshCommand(): CommandContract<Item, number> {
  const name = freshName("Do").replaceAll("-", "");
  return defineCommand<Item, number>({
    name,
    channel: freshChannel({ durable: false }),
    type: `test.${name}.v1`,
    version: 1,
    payload: () => undefined,
    reply: () => undefined,
  });
}

/** Listeners have the same names in each run. */
const exchange = freshName("test");

export interface Node {
  readonly bus: EventBus;
  readonly broker: AmqpBroker;
  /** Messages of what went wrong without a caller to tell. */
  readonly reports: string[];
}

const nodes: Node[] = [];

afterEach(async () => {
  await Promise.all(nodes.splice(0).map(({ bus }) => bus.close({ timeoutMs: 1_000 })));
});

/** An instance of a service, closed after the test. */
export function makeNode(
  url: string,
  options: Partial<AmqpBrokerOptions> & { readonly bus?: Partial<EventBusOptions> } = {},
): Node {
  const { bus: busOptions, ...brokerOptions } = options;
  const broker = new AmqpBroker({ url, exchange, ...brokerOptions });
  const bus = new EventBus({ source: "test/amqp", broker, log: () => {}, ...busOptions });
  const node = { bus, broker, reports: [] as string[] };
  bus.onError(({ error }) => void node.reports.push(error instanceof Error ? error.message : String(error)));
  nodes.push(node);
  return node;
}
