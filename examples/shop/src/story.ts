import type { OrderLine } from "@eventwright/shop-contracts/shared";

export const tea: OrderLine = { sku: "TEA-0001", quantity: 2, price: { amount: 1290, currency: "EUR" } };
export const cup: OrderLine = { sku: "CUP-0042", quantity: 6, price: { amount: 450, currency: "EUR" } };

/** Prints the story of the demo: who, and what they did. */
export function tell(who: string, what: string): void {
  console.log(`  ${who.padEnd(18)} ${what}`);
}

export function chapter(title: string): void {
  console.log(`\n${title}`);
}

/** For the one line that a bus writes for each failure. */
export function log(line: string): void {
  tell("log", line);
}

const symbols = { EUR: "€", GBP: "£", USD: "$" } as const;

export function price({ amount, currency }: { amount: number; currency: keyof typeof symbols }): string {
  return `${symbols[currency]}${(amount / 100).toFixed(2)}`;
}
