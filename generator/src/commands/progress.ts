/** Shows what is being done, for as long as it lasts. */
export interface Progress {
  readonly show: (text: string) => void;
  /** Removes the line. Must be called before anything else is printed. */
  readonly stop: () => void;
}

/** Where progress is shown: standard error, or a stand-in for it. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** A progress line, once the work has lasted half a second; nothing where the stream is no terminal. */
export function startProgress(stream: ProgressStream = process.stderr, delayMs = 500): Progress {
  if (stream.isTTY !== true) return { show: () => {}, stop: () => {} };
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
