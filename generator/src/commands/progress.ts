/** Shows what is being done, for as long as it lasts. */
export interface Progress {
  readonly show: (text: string) => void;
  /** Removes the line. Must be called before anything else is printed. */
  readonly stop: () => void;
}

/** A progress line on standard error, once the work has lasted half a second; nothing where that is no terminal. */
export function startProgress(delayMs = 500): Progress {
  const stream = process.stderr;
  if (!stream.isTTY) return { show: () => {}, stop: () => {} };
  // Only a return and blanks, no escape sequences: it works on every terminal and obeys NO_COLOR.
  const begin = performance.now();
  let current = "";
  let width = 0;
  const draw = (): void => {
    stream.write(`\r${current.padEnd(width)}`);
    width = current.length;
  };
  const timer = setTimeout(draw, delayMs);
  return {
    show: (text) => {
      current = text;
      if (performance.now() - begin >= delayMs) draw();
    },
    stop: () => {
      clearTimeout(timer);
      if (width > 0) stream.write(`\r${" ".repeat(width)}\r`);
    },
  };
}
