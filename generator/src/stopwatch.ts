export interface Stopwatch<Stage extends string> {
  /** Ends the stage before. */
  readonly start: (stage: Stage) => void;
  /** Ends the last stage; milliseconds of wall time by stage, in the order of their start. */
  readonly stop: () => Readonly<Partial<Record<Stage, number>>>;
}

/** Times stages that follow each other, and tells of each as it starts. */
export function createStopwatch<Stage extends string>(onStart: (stage: Stage) => void): Stopwatch<Stage> {
  const times: Partial<Record<Stage, number>> = {};
  let current: { readonly stage: Stage; readonly begin: number } | undefined;
  const stop = (): Readonly<Partial<Record<Stage, number>>> => {
    if (current !== undefined) {
      times[current.stage] = Math.round((performance.now() - current.begin) * 10) / 10;
    }
    current = undefined;
    return times;
  };
  const start = (stage: Stage): void => {
    stop();
    onStart(stage);
    current = { stage, begin: performance.now() };
  };
  return { start, stop };
}
