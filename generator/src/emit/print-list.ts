const LINE_WIDTH = 110;

/** `open a, b close` on one line where it fits, with one item a line and a comma after each where it does not. */
export function printList(open: string, items: readonly string[], close: string, indent = ""): string {
  const line = `${indent}${open}${items.join(", ")}${close}`;
  if (line.length <= LINE_WIDTH || items.length === 0) return line;
  const rows = items.map((item) => `${indent}  ${item},\n`).join("");
  return `${indent}${open.trimEnd()}\n${rows}${indent}${close.trimStart()}`;
}

/** The lines of a text, each indented by two more spaces; empty ones stay empty. */
export function indentLines(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}

/** An object literal with one member a line. Names and values are ready as text. */
export function printObject(members: readonly (readonly [name: string, value: string])[]): string {
  const lines = members.map(([name, value]) => (name === value ? name : `${name}: ${value}`));
  return `{\n${lines.map((line) => `${indentLines(line)},\n`).join("")}}`;
}

/** An array literal with one item a line. Items are ready as text. */
export function printArray(items: readonly string[]): string {
  return items.length === 0 ? "[]" : `[\n${items.map((item) => `  ${item},\n`).join("")}]`;
}
