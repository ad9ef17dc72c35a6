import { RmqContext, type RmqOptions, Transport } from "@nestjs/microservices";
import { nestjs } from "../wire/nestjs.js";
import type { Subject } from "../wire/subject.js";
import { prefetch, quorum } from "./wire.js";

function optionsOf(
  url: string,
  side: "producer" | "consumer",
): RmqOptions & { readonly transport: Transport.RMQ } {
  const options = {
    urls: [url],
    queue: "bench.nestjs",
    queueOptions: quorum,
    persistent: true,
    noAck: side === "producer", // it takes replies
    prefetchCount: prefetch,
  };
  return { transport: Transport.RMQ, options };
}

function acknowledge(context: unknown): void {
  if (context instanceof RmqContext) context.getChannelRef().ack(context.getMessage());
}

/** Events of a NestJS microservice, persistent and acknowledged by hand. */
export const nestjsQueue: Subject = nestjs(optionsOf, acknowledge);
