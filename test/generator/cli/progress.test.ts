import { expect, test } from "vitest";
import { type Progress, startProgress } from "../../../generator/src/commands/progress.js";

/** What is written to a terminal, or to something else, by a piece of work. */
const record = (work: (progress: Progress) => void, { isTTY = true, delayMs = 0 } = {}): string => {
  let written = "";
  const stream = {
    isTTY,
    write: (text: string) => {
      written += text;
    },
  };
  work(startProgress(stream, delayMs));
  return written;
};

const work = (progress: Progress): void => {
  progress.show("reading contracts");
  progress.show("writing");
  progress.stop();
};

test("progress: one line, each text over the one before, and blank at the end", () => {
  expect(record(work)).toBe(
    `\rreading contracts\rwriting${" ".repeat(10)}\r${" ".repeat("writing".length)}\r`,
  );
});

test("progress: nothing while the work is young", () => {
  expect(record(work, { delayMs: 60_000 })).toBe("");
});

test("progress: nothing where there is no terminal", () => {
  expect(record(work, { isTTY: false })).toBe("");
});
