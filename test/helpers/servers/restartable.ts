/** A server, or several as one, that a test may end, halt and start again. All calls resolve when it is done. */
export interface Restartable extends AsyncDisposable {
  readonly canRestart: true;
  /** Starts what was stopped or killed, on its old data and ports; resolves when it serves. */
  start(): Promise<void>;
  /** An orderly end (SIGTERM); the data stays. */
  stop(): Promise<void>;
  /** The hardest end (SIGKILL); the data stays as it is at that moment. */
  kill(): Promise<void>;
  /** Stops if need be, then starts. */
  restart(): Promise<void>;
  /** Halts it (SIGSTOP): connections stay open and nothing answers, until `resume`. */
  pause(): void;
  resume(): void;
  /** Kills it and starts it again without its data. */
  wipe(): Promise<void>;
  /** Ends it for good and removes its folder. */
  close(): Promise<void>;
}
