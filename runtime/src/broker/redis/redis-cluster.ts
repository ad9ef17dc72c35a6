import { BrokerError } from "../../errors.js";
import { checkServer } from "./check-server.js";
import { slotOf } from "./hash-slot.js";
import { type RedisClient, replyCode } from "./redis-client.js";
import { connectError, isFatal, NotSentError, RedisLink } from "./redis-link.js";
import type { ResolvedRedisOptions } from "./redis-options.js";
import type {
  CommandLink,
  LinkHooks,
  MakeClient,
  RedisServers,
  ServerAddress,
  ServersHooks,
} from "./redis-servers.js";
import { asList, textOf } from "./stream-entry.js";
import { within } from "./within.js";

/** Servers that a command may be sent on to by others. */
const mostRedirections = 8;

/** The least time between two looks at who has which slots. */
const refreshPauseMs = 250;

/** How often it is looked at without a reason. */
const refreshMs = 15_000;

/** Sends one command. */
type Send = (link: RedisLink) => Promise<unknown>;

interface Node extends ServerAddress {
  readonly link: RedisLink;
}

/** The primaries of a Redis Cluster. Follows slots to where they move. */
export class RedisCluster implements RedisServers {
  readonly #make: MakeClient;
  readonly #options: ResolvedRedisOptions;
  readonly #hooks: ServersHooks;
  readonly #seeds: readonly ServerAddress[];
  readonly #nodes = new Map<string, Node>();
  /** By slot, the name of the node that has it. */
  #slots: string[] = [];
  #refreshing = false;
  #timer: NodeJS.Timeout | undefined;
  #isUp = false;
  #closed = false;

  constructor(
    make: MakeClient,
    options: ResolvedRedisOptions,
    seeds: readonly ServerAddress[],
    hooks: ServersHooks,
  ) {
    this.#make = make;
    this.#options = options;
    this.#seeds = seeds;
    this.#hooks = hooks;
  }

  async open(): Promise<void> {
    const deadline = Date.now() + this.#options.connectTimeoutMs;
    for (;;) {
      const problem: unknown = await this.#look().then(
        () => undefined,
        (error: unknown) => error,
      );
      if (this.#closed) throw new BrokerError("BROKER_CLOSED", "cannot connect to Redis: broker is closed");
      const opened = Promise.all(Array.from(this.#nodes.values(), ({ link }) => link.open()));
      if (problem === undefined && (await within(deadline - Date.now(), opened))) break;
      if (isFatal(problem) || Date.now() >= deadline) throw connectError(problem);
      await pause();
    }
    this.#tell();
    this.#timer = setInterval(() => this.#refresh(), refreshMs);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await Promise.all(Array.from(this.#nodes.values(), ({ link }) => link.close()));
  }

  linkOf(key: string): CommandLink {
    const slot = slotOf(key);
    const nodeOf = (): Node | undefined => this.#nodeOf(slot);
    return {
      get isUp() {
        return nodeOf()?.link.isUp ?? false;
      },
      call: (command, ...args) =>
        this.#call(slot, command, (link) => link.call(command, ...args), mostRedirections),
      send: (command) => this.#call(slot, command.name, (link) => link.send(command), 0),
      together: (send) => {
        const link = nodeOf()?.link;
        if (link === undefined) send();
        else link.together(send);
      },
    };
  }

  makeLink(key: string | undefined, hooks: LinkHooks): RedisLink {
    const slot = key === undefined ? undefined : slotOf(key);
    return this.#newLink(() => (slot === undefined ? this.#anyNode() : this.#nodeOf(slot)), hooks);
  }

  onRefused(): void {
    this.#refresh();
  }

  /** Goes on to where the servers say that the slot is. What was sent on has had no effect. */
  async #call(slot: number, command: string, send: Send, most: number): Promise<unknown> {
    let link = this.#nodeOf(slot)?.link;
    for (let redirections = 0; link !== undefined; redirections++) {
      try {
        return await send(link);
      } catch (error) {
        const code = replyCode(error);
        if (code !== "MOVED" && code !== "ASK") throw error;
        link = this.#redirect(slot, code, error);
        if (link?.isUp !== true) throw error;
        if (code === "ASK") return await askFor(link, send);
        if (redirections >= most) throw error;
      }
    }
    throw new NotSentError(command);
  }

  #redirect(slot: number, code: string, error: unknown): RedisLink | undefined {
    const name = error instanceof Error ? error.message.split(" ")[2] : undefined;
    if (code === "MOVED") {
      if (name !== undefined) this.#slots[slot] = name;
      this.#refresh();
    }
    return name === undefined ? undefined : this.#nodes.get(name)?.link;
  }

  #nodeOf(slot: number): Node | undefined {
    return this.#nodes.get(this.#slots[slot] ?? "");
  }

  #anyNode(): ServerAddress | undefined {
    const nodes = [...this.#nodes.values()].filter(({ link }) => link.isUp);
    return nodes[Math.floor(Math.random() * nodes.length)];
  }

  #newLink(server: () => ServerAddress | undefined, hooks: LinkHooks): RedisLink {
    const { connectTimeoutMs, answerTimeoutMs } = this.#options;
    const make = (): RedisClient => this.#make(server() ?? this.#seeds[0]);
    return new RedisLink({ make, connectTimeoutMs, silenceMs: answerTimeoutMs, ...hooks });
  }

  /** Again and again while a primary is missing. */
  #refresh(): void {
    if (this.#refreshing || this.#closed) return;
    this.#refreshing = true;
    void this.#look()
      .catch(() => {})
      .then(() => this.#tell())
      .then(pause)
      .then(() => {
        this.#refreshing = false;
        if (!this.#isUp) this.#refresh();
      });
  }

  /** Asks one server after the other who has which slots. @throws the last one's error */
  async #look(): Promise<void> {
    let problem: unknown;
    for (const { host, link } of this.#nodes.values()) {
      if (!link.isUp) continue;
      try {
        return this.#learn(await link.call("CLUSTER", "SLOTS"), host);
      } catch (error) {
        problem = error;
      }
    }
    for (const seed of [...this.#seeds, ...this.#nodes.values()]) {
      try {
        return this.#learn(await this.#askOnce(seed), seed.host);
      } catch (error) {
        problem = error;
      }
    }
    throw problem;
  }

  async #askOnce(server: ServerAddress): Promise<unknown> {
    const link = this.#newLink(() => server, { setUp: (client) => checkServer(client, "cluster") });
    try {
      if (await within(this.#options.connectTimeoutMs / 4, link.open())) await link.open();
      return await link.call("CLUSTER", "SLOTS");
    } finally {
      await link.close();
    }
  }

  #learn(reply: unknown, asked: string): void {
    const slots: string[] = [];
    for (const range of asList(reply)) {
      const [first, last, primary] = asList(range);
      const [host, port] = asList(primary);
      const name = `${host === null || textOf(host) === "" ? asked : textOf(host)}:${Number(port)}`;
      for (let slot = Number(first); slot <= Number(last); slot++) slots[slot] = name;
    }
    if (slots.length === 0 || this.#closed) return;
    this.#slots = slots;
    const names = new Set(slots);
    for (const name of names) if (!this.#nodes.has(name)) this.#nodes.set(name, this.#newNode(name));
    for (const [name, { link }] of this.#nodes) {
      if (names.has(name)) continue;
      this.#nodes.delete(name);
      void link.close();
    }
  }

  #newNode(name: string): Node {
    const { host, port } = this.#options.cluster?.natMap?.[name] ?? addressOf(name);
    const link = this.#newLink(() => ({ host, port }), {
      setUp: (client) => checkServer(client, "cluster"),
      keepsTrying: true,
      onUp: () => {
        this.#tell();
        this.#hooks.onRetry();
      },
      onDown: (cause) => {
        this.#tell(cause);
        this.#refresh();
      },
    });
    link.open().catch(() => {}); // only its end is one, and that is ours
    return { host, port, link };
  }

  #tell(cause?: unknown): void {
    const isUp = this.#nodes.size > 0 && Array.from(this.#nodes.values()).every(({ link }) => link.isUp);
    if (isUp === this.#isUp || this.#closed) return;
    this.#isUp = isUp;
    if (isUp) this.#hooks.onUp();
    else this.#hooks.onDown(cause);
  }
}

/** The server takes the command although the slot is still on its way to it. */
async function askFor(link: RedisLink, send: Send): Promise<unknown> {
  const [, answer] = await Promise.all([link.call("ASKING"), send(link)]);
  return answer;
}

function addressOf(name: string): ServerAddress {
  const at = name.lastIndexOf(":");
  return { host: name.slice(0, at), port: Number(name.slice(at + 1)) };
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, refreshPauseMs * (0.5 + Math.random())));
}
