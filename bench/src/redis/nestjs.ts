import "reflect-metadata";
import { Controller, Logger, Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import {
  ClientProxyFactory,
  EventPattern,
  Payload,
  type RedisOptions,
  Transport,
} from "@nestjs/microservices";
import { lastValueFrom } from "rxjs";
import type { Consumer, Parcel, Producer, Subject } from "../wire/subject.js";

function optionsOf(url: string): RedisOptions & { readonly transport: Transport.REDIS } {
  const { hostname, port } = new URL(url);
  return { transport: Transport.REDIS, options: { host: hostname, port: Number(port) } };
}

/** Events of a NestJS microservice over Pub/Sub. */
export const nestjs: Subject = {
  async produce(url): Promise<Producer> {
    Logger.overrideLogger(false);
    const client = ClientProxyFactory.create(optionsOf(url));
    await client.connect();
    return {
      publish: (parcel) => lastValueFrom(client.emit("parcel", parcel), { defaultValue: undefined }),
      close: async () => client.close(),
    };
  },

  async consume(url, handle): Promise<Consumer> {
    class Parcels {
      onParcel(parcel: Parcel): void {
        handle(parcel);
      }
    }
    // Decorators, called as functions.
    Controller()(Parcels);
    Payload()(Parcels.prototype, "onParcel", 0);
    const method = Object.getOwnPropertyDescriptor(Parcels.prototype, "onParcel") ?? {};
    EventPattern("parcel")(Parcels.prototype, "onParcel", method);
    class Application {}
    Module({ controllers: [Parcels] })(Application);
    const service = await NestFactory.createMicroservice(Application, { ...optionsOf(url), logger: false });
    await service.listen();
    return { close: () => service.close() };
  },
};
