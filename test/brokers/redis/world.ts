import { EventBus, type EventBusOptions } from "@eventwright/runtime";
import {
  type Channel,
  type CommandContract,
  defineChannel,
  defineCommand,
  defineEvent,
  type EventContract,
} from "@eventwright/runtime/contract";
import { RedisBroker, type RedisBrokerOptions } from "@eventwright/runtime/redis";
import { afterEach } from "vitest";

/** What most tests send. */
export interface Item {
  readonly n: number;
}

const freshName = (what: string): string => `${what}-${crypto.randomUUID().slice(0, 8)}`;

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

/** The stream of a durable event's channel. */
export const streamOf = ({ channel }: EventContract<Item>): string => `eventwright:${channel.address}`;

export const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

export interface Node {
  readonly bus: EventBus;
  readonly broker: RedisBroker;
  /** Messages of what went wrong without a caller to tell. */
  readonly reports: string[];
}

const nodes: Node[] = [];

afterEach(async () => {
  await Promise.all(nodes.splice(0).map(({ bus }) => bus.close({ timeoutMs: 1_000 })));
});

/** An instance of a service, closed after the test. */
export function makeNode(broker: RedisBrokerOptions, options: Partial<EventBusOptions> = {}): Node {
  const redis = new RedisBroker(broker);
  const bus = new EventBus({ source: "test/redis", broker: redis, log: () => {}, ...options });
  const node = { bus, broker: redis, reports: [] as string[] };
  bus.onError(({ error }) => void node.reports.push(error instanceof Error ? error.message : String(error)));
  nodes.push(node);
  return node;
}
