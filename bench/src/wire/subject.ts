/** What is published: its JSON has some 128 bytes, 1 KB or 16 KB. */
export interface Parcel {
  readonly id: string;
  /** When it was published, in milliseconds, on the clock that all processes share. */
  readonly sentAt: number;
  readonly items: readonly { readonly sku: string; readonly count: number }[];
}

export interface Producer {
  /** Resolves when the server has taken responsibility. */
  publish(parcel: Parcel): Promise<unknown>;
  close(): Promise<unknown>;
}

export interface Consumer {
  close(): Promise<unknown>;
}

/** One way to bring events from one process to another. */
export interface Subject {
  produce(url: string): Promise<Producer>;
  /** Resolves when it gets what is published from then on. */
  consume(url: string, handle: (parcel: Parcel) => void): Promise<Consumer>;
}

/** A peer, loaded only by a process that uses it. */
export function lazy(load: () => Promise<Subject>): Subject {
  return {
    produce: async (url) => (await load()).produce(url),
    consume: async (url, handle) => (await load()).consume(url, handle),
  };
}

/** What a module with subjects exports. */
export interface SubjectModule {
  readonly subjects: ReadonlyMap<string, Subject>;
}

/** Milliseconds on a clock that all processes of the machine share. */
export const sharedNow = (): number => Number(process.hrtime.bigint()) / 1e6;

/** A parcel of some `bytes` bytes of JSON. */
export function makeParcel(bytes: number): Parcel {
  const empty: Parcel = { id: "9f1c2b7e-5d53-4a4f-9a3c-0d7a8c1f2e11", sentAt: 123_456_789.123, items: [] };
  const item = { sku: "keyboard-de-0042", count: 1 };
  const room = bytes - JSON.stringify(empty).length;
  const length = Math.max(1, Math.round(room / (JSON.stringify(item).length + 1)));
  return { ...empty, items: Array.from({ length }, () => item) };
}
