/** What most scenarios have in common. */

export const both = ["redis", "amqp"] as const;

/** Some events fail at first, some are given to the dead letters. */
export const load = {
  perSecond: 200,
  window: 64,
  deadlineMs: 8_000,
  keys: 16,
  fates: { failing: 0.02, condemned: 0.01 },
} as const;

/** One process, so that its events have an order. */
export const mail = { group: "mail", instances: 1, concurrency: 8, handlerMs: [0, 5] } as const;

export const stock = { group: "stock", instances: 3, concurrency: 4, handlerMs: [0, 20] } as const;

export const usual = { brokers: both, publishers: 2, load, listeners: [mail, stock] } as const;
