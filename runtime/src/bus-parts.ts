import type { ErrorHooks } from "./error-hooks.js";
import type { Gateway } from "./listener/handler-run.js";
import type { ResolvedOptions } from "./options.js";
import type { Deadlines } from "./publish/deadlines.js";
import type { ContractRegistry } from "./registry.js";
import type { Routes } from "./routes.js";

/** What all parts of one bus share. */
export interface BusParts {
  readonly options: ResolvedOptions;
  readonly registry: ContractRegistry;
  readonly routes: Routes;
  readonly hooks: ErrorHooks;
  readonly deadlines: Deadlines;
  readonly gateway: Gateway;
  /** Told by a part that has nothing left to do. */
  readonly onQuiet: () => void;
}
