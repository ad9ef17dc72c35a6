import "reflect-metadata";
import { Injectable, Module, type Type } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { EventEmitter2, EventEmitterModule, OnEvent } from "@nestjs/event-emitter";
import { type Handler, type Order, type Subject, turn } from "./subjects.js";

/** An application of NestJS with a provider for each handler; decorators are called as functions. */
export async function nestjs(handlers: readonly Handler[], order: Order): Promise<Subject> {
  class Application {}
  Module({ imports: [EventEmitterModule.forRoot()], providers: handlers.map(providerOf) })(Application);
  const application = await NestFactory.createApplicationContext(Application, { logger: false });
  await application.init();
  const emitter = application.get(EventEmitter2);
  emitter.setMaxListeners(0);
  return {
    publish: () => emitter.emit("order", order),
    publishAwaited: () => emitter.emitAsync("order", order),
    settled: turn,
    close: () => application.close(),
  };
}

function providerOf(handle: Handler): Type {
  class OrderListener {
    onOrder(order: Order): void | Promise<void> {
      return handle(order);
    }
  }
  Injectable()(OrderListener);
  const method = Object.getOwnPropertyDescriptor(OrderListener.prototype, "onOrder");
  OnEvent("order")(OrderListener.prototype, "onOrder", method ?? {});
  return OrderListener;
}
