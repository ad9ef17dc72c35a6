import "reflect-metadata";
import { Controller, Logger, Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import {
  type ClientOptions,
  ClientProxyFactory,
  Ctx,
  EventPattern,
  type MicroserviceOptions,
  Payload,
} from "@nestjs/microservices";
import { lastValueFrom } from "rxjs";
import type { Consumer, Parcel, Producer, Subject } from "./subject.js";

/** Events of a NestJS microservice; `acknowledge` gets the context of each one that was handled. */
export function nestjs(
  optionsOf: (url: string, side: "producer" | "consumer") => ClientOptions & MicroserviceOptions,
  acknowledge: (context: unknown) => void = () => {},
): Subject {
  return {
    async produce(url): Promise<Producer> {
      Logger.overrideLogger(false);
      const client = ClientProxyFactory.create(optionsOf(url, "producer"));
      await client.connect();
      return {
        publish: (parcel) => lastValueFrom(client.emit("parcel", parcel), { defaultValue: undefined }),
        close: async () => client.close(),
      };
    },

    async consume(url, handle): Promise<Consumer> {
      class Parcels {
        onParcel(parcel: Parcel, context: unknown): void {
          handle(parcel);
          acknowledge(context);
        }
      }
      // Decorators, called as functions.
      Controller()(Parcels);
      Payload()(Parcels.prototype, "onParcel", 0);
      Ctx()(Parcels.prototype, "onParcel", 1);
      const method = Object.getOwnPropertyDescriptor(Parcels.prototype, "onParcel") ?? {};
      EventPattern("parcel")(Parcels.prototype, "onParcel", method);
      class Application {}
      Module({ controllers: [Parcels] })(Application);
      const service = await NestFactory.createMicroservice(Application, {
        ...optionsOf(url, "consumer"),
        logger: false,
      });
      await service.listen();
      return { close: () => service.close() };
    },
  };
}
