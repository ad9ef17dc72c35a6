import { type RedisOptions, Transport } from "@nestjs/microservices";
import { nestjs } from "../wire/nestjs.js";
import type { Subject } from "../wire/subject.js";

function optionsOf(url: string): RedisOptions & { readonly transport: Transport.REDIS } {
  const { hostname, port } = new URL(url);
  return { transport: Transport.REDIS, options: { host: hostname, port: Number(port) } };
}

/** Events of a NestJS microservice over Pub/Sub. */
export const nestjsPubSub: Subject = nestjs(optionsOf);
