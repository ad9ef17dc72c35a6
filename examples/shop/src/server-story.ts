import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { EventBus } from "@eventwright/runtime";
import { Checkout } from "./checkout.js";
import { makeBroker, type ServerKind } from "./make-broker.js";
import type { ServiceMessage, ServiceName } from "./service.js";
import { type Server, startServer } from "./start-server.js";
import { chapter, cup, log, tea, tell } from "./story.js";

const serverNames = { redis: "A Redis server", amqp: "A RabbitMQ server" } as const;

/** The services that hear orders; the model hears what one of them makes of these. */
const hearOrders: readonly ServiceName[] = ["mailer", "suppliers", "processor"];

/** The shop as five processes around a server, which restarts in the middle. */
export async function runOnServer(kind: ServerKind): Promise<void> {
  const server = await startServer(kind);
  try {
    chapter(`${serverNames[kind]} starts, and four services, each in a process of its own.`);
    const services = await Promise.all(
      (["model", ...hearOrders] as const).map((name) => Service.start(name, kind, server.url)),
    );
    const bus = new EventBus({ source: "shop/checkout", broker: makeBroker(kind, server.url), log });
    await bus.start();
    await sellThroughRestart(new Checkout(bus), server, services);
    await bus.close();
    await Promise.all(services.map((service) => service.end()));
  } finally {
    await server.close();
  }
}

async function sellThroughRestart(
  checkout: Checkout,
  server: Server,
  services: readonly Service[],
): Promise<void> {
  const heardBy = services.filter(({ name }) => hearOrders.includes(name));
  const allHave = (count: number): Promise<unknown> =>
    Promise.all(heardBy.map((service) => service.hasHandled(count)));

  chapter("Two orders come in.");
  await checkout.placeOrder("eu", "ada@example.org", [tea]);
  await checkout.placeOrder("eu", "grace@example.org", [tea, cup]);
  await allHave(2);

  chapter("The server stops. An order that comes in now waits.");
  await server.stop();
  const waiting = checkout.placeOrder("us", "alan@example.org", [cup]);
  tell("shop", "starts the server again, with the data it had");
  await server.start();
  await waiting;
  tell("checkout", "the order is with the server");
  await allHave(3);

  chapter("Everybody is back, without having been told.");
  const model = services.find(({ name }) => name === "model");
  // Its channel is not durable: what is published while it is away, it never hears.
  await model?.isBack();
  const seen = model?.handled ?? 0;
  await checkout.placeOrder("us", "edsger@example.org", [tea]);
  await allHave(4);
  await model?.hasHandled(seen + 1);
}

/** A service in a process of its own. */
class Service {
  readonly name: ServiceName;
  readonly #process: ChildProcess;
  #handled = 0;

  private constructor(name: ServiceName, child: ChildProcess) {
    this.name = name;
    this.#process = child;
    child.on("message", (message: ServiceMessage) => {
      if (message.kind === "handled") this.#handled++;
    });
  }

  get handled(): number {
    return this.#handled;
  }

  /** Resolves when it listens. */
  static async start(name: ServiceName, kind: ServerKind, url: string): Promise<Service> {
    const child = fork(new URL("./service.js", import.meta.url), [name, kind, url]);
    const ended = once(child, "exit").then(() => {
      throw new Error(`service ${name} ended before it was ready`);
    });
    ended.catch(() => {});
    const service = new Service(name, child);
    await Promise.race([once(child, "message"), ended]);
    return service;
  }

  /** Resolves when all its listeners consume. */
  isBack(): Promise<void> {
    return new Promise((resolve) => {
      const look = ({ kind }: ServiceMessage): void => {
        if (kind !== "back") return;
        this.#process.off("message", look);
        resolve();
      };
      this.#process.on("message", look);
      this.#process.send("tell when you are back");
    });
  }

  async hasHandled(count: number): Promise<void> {
    while (this.#handled < count) await once(this.#process, "message");
  }

  async end(): Promise<void> {
    const ended = once(this.#process, "exit");
    this.#process.disconnect();
    await ended;
  }
}
