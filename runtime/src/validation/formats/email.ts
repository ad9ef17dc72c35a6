export function isEmail(text: string): boolean {
  return text.includes("@");
}
export function isIdnEmail(text: string): boolean {
  return text.includes("@");
}
