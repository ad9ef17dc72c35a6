/** What all subjects have in common on the server. */

/** Events that a consumer may hold. */
export const prefetch = 100;

export const exchange = "bench";

export const quorum = { durable: true, arguments: { "x-queue-type": "quorum" } } as const;

export const fleeting = { durable: false, autoDelete: true } as const;
