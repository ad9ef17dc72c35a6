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

/** Starts a new server, by `start` or in another way, and returns it; one that does not start is closed. */
export async function startOrClose<T extends Restartable>(
  server: T,
  start: () => Promise<void> = () => server.start(),
): Promise<T> {
  try {
    await start();
    return server;
  } catch (error) {
    await server.close();
    throw error;
  }
}
