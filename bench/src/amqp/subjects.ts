import { AmqpBroker } from "@eventwright/runtime/amqp";
import { eventwright } from "../wire/parcels.js";
import { lazy, type Subject } from "../wire/subject.js";
import { fleetingOne, fleetingSeveral, quorumOne, quorumSeveral } from "./twin.js";
import { prefetch } from "./wire.js";

const makeBroker = (url: string): AmqpBroker => new AmqpBroker({ url, maxPrefetch: prefetch });

export const subjects: ReadonlyMap<string, Subject> = new Map([
  ["quorum, amqplib by hand", quorumOne],
  ["quorum, by hand, several acks", quorumSeveral],
  ["quorum, eventwright", eventwright(makeBroker, { durable: true, concurrency: prefetch })],
  [
    "amqp-connection-manager",
    lazy(async () => (await import("./amqp-connection-manager.js")).amqpConnectionManager),
  ],
  ["rabbitmq-client", lazy(async () => (await import("./rabbitmq-client.js")).rabbitmqClient)],
  ["NestJS", lazy(async () => (await import("./nestjs.js")).nestjsQueue)],
  ["Rascal", lazy(async () => (await import("./rascal.js")).rascalBroker)],
  ["fleeting, amqplib by hand", fleetingOne],
  ["fleeting, by hand, several acks", fleetingSeveral],
  ["fleeting, eventwright", eventwright(makeBroker, { durable: false })],
]);
