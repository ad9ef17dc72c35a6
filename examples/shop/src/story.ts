/** Prints the story of the demo: who, and what they did. */
export function tell(who: string, what: string): void {
  console.log(`  ${who.padEnd(18)} ${what}`);
}

export function chapter(title: string): void {
  console.log(`\n${title}`);
}

const symbols = { EUR: "€", GBP: "£", USD: "$" } as const;

export function price({ amount, currency }: { amount: number; currency: keyof typeof symbols }): string {
  return `${symbols[currency]}${(amount / 100).toFixed(2)}`;
}
