/** The few calls of Rascal that are measured here; it comes without types. */
declare module "rascal" {
  export interface Publication {
    on(event: "success" | "error" | "return", listener: (cause: unknown) => void): Publication;
  }

  export interface Subscription {
    on(
      event: "message",
      listener: (message: unknown, content: unknown, settle: () => void) => void,
    ): Subscription;
    on(event: "error", listener: (cause: unknown) => void): Subscription;
  }

  export class BrokerAsPromised {
    static create(config: unknown): Promise<BrokerAsPromised>;
    publish(name: string, content: unknown): Promise<Publication>;
    subscribe(name: string): Promise<Subscription>;
    shutdown(): Promise<void>;
    on(event: "error", listener: (cause: unknown) => void): BrokerAsPromised;
  }
}
