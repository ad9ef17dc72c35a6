import { setTimeout } from "node:timers/promises";
import { EventBus, type Middleware } from "@eventwright/runtime";
import { ConfirmationMailer } from "./confirmation-mailer.js";
import { DataProcessor } from "./data-processor.js";
import { LocalModel } from "./local-model.js";
import { makeBroker, type ServerKind } from "./make-broker.js";
import { log } from "./story.js";
import { SupplierNotifier } from "./supplier-notifier.js";

/** What a service tells the process that started it; `back` when it was asked to tell that its listeners consume. */
export interface ServiceMessage {
  readonly kind: "ready" | "handled" | "back";
}

export type ServiceName = "mailer" | "suppliers" | "processor" | "model";

const listen: Readonly<Record<ServiceName, (bus: EventBus) => void>> = {
  mailer: (bus) => bus.listen(new ConfirmationMailer()),
  suppliers: (bus) => bus.listen(new SupplierNotifier()),
  processor: (bus) => bus.listen(new DataProcessor()),
  model: (bus) => bus.listen(new LocalModel()),
};

/** One service of the shop, in a process of its own: SERVICE BROKER URL. Ends when its parent says so or is gone. */
async function main(name: ServiceName, kind: ServerKind, url: string): Promise<void> {
  // A parent that is gone is told nothing, and that is no error: the service ends with it.
  const say = (message: ServiceMessage): void => void process.send?.(message, undefined, {}, () => {});
  const counting: Middleware = {
    handle: async (_envelope, _contract, next) => {
      const result = await next();
      say({ kind: "handled" });
      return result;
    },
  };
  const bus = new EventBus({
    source: `shop/${name}`,
    broker: makeBroker(kind, url),
    middleware: [counting],
    log,
  });
  listen[name](bus);
  await bus.start();
  process.on("message", () => void whenHealthy(bus).then(() => say({ kind: "back" })));
  process.once("disconnect", () => void bus.close());
  say({ kind: "ready" });
}

async function whenHealthy(bus: EventBus): Promise<void> {
  while (!bus.health().healthy) await setTimeout(50);
}

const [name, kind, url] = process.argv.slice(2);
if (!isServiceName(name) || (kind !== "redis" && kind !== "amqp") || url === undefined) {
  throw new Error("usage: service.js SERVICE redis|amqp URL");
}
await main(name, kind, url);

function isServiceName(value: string | undefined): value is ServiceName {
  return value !== undefined && Object.hasOwn(listen, value);
}
