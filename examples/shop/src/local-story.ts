import { EventBus, LocalBroker, LocalStore, PublishError } from "@eventwright/runtime";
import { type OrderPlacedV2, OrdersPublisher } from "@eventwright/shop-contracts/orders";
import { Checkout } from "./checkout.js";
import { ConfirmationMailer } from "./confirmation-mailer.js";
import { DataProcessor } from "./data-processor.js";
import { LocalModel } from "./local-model.js";
import { chapter, cup, log, tea, tell } from "./story.js";
import { SupplierNotifier } from "./supplier-notifier.js";

/** The shop in one process. */
export async function runLocally(): Promise<void> {
  const store = new LocalStore();
  const bus = new EventBus({ source: "shop/checkout", broker: new LocalBroker({ store }), log });
  bus.listen(new ConfirmationMailer()).listen(new SupplierNotifier()).listen(new DataProcessor());
  bus.listen(new LocalModel());
  await bus.start();

  chapter("Orders come in; each is heard by three listeners, and one of them passes it on to a model.");
  const checkout = new Checkout(bus);
  await checkout.placeOrder("eu", "ada@example.org", [tea]);
  await checkout.placeOrder("eu", "grace@example.org", [tea, cup]);
  await bus.idle();

  chapter("The back end tries to publish an order of nothing: it is refused, and nothing is sent.");
  try {
    await checkout.placeOrder("us", "alan@example.org", [{ ...tea, quantity: 0 }]);
  } catch (error) {
    if (!(error instanceof PublishError)) throw error;
    tell("checkout", error.message);
  }

  chapter("A program of another team, which checks nothing, sends an order that is none.");
  const foreign = new EventBus({
    source: "legacy",
    broker: new LocalBroker({ store }),
    validate: false,
    log,
  });
  await foreign.start();
  const invalid: OrderPlacedV2 = JSON.parse('{"placedAt":"yesterday","order":{"orderId":7}}');
  await new OrdersPublisher(foreign).orderPlacedV2(invalid, { region: "eu" });
  await bus.idle();
  tell("shop", "no listener has seen it; the next order arrives as ever:");
  await checkout.placeOrder("us", "edsger@example.org", [tea]);
  await bus.idle();

  await foreign.close();
  await bus.close();
}
