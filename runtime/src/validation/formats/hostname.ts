export function isHostname(text: string): boolean {
  return text.length <= 253 && text.length > 0;
}
export function isIdnHostname(text: string): boolean {
  return text.length > 0;
}
