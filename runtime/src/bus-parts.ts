import type { ErrorHooks } from "./error-hooks.js";
import type { Gateway } from "./listener/handler-run.js";
import type { ResolvedOptions } from "./options.js";
import type { Pipeline } from "./pipeline/pipeline.js";
import type { ContractRegistry } from "./registry.js";
import type { Routes } from "./routes.js";

/** What all parts of one bus share. */
export interface BusParts {
  readonly options: ResolvedOptions;
  readonly registry: ContractRegistry;
  readonly routes: Routes;
  readonly hooks: ErrorHooks;
  /** What is loaded at the start because something asks for it. */
  readonly loaded: { pipeline?: Pipeline };
  readonly gateway: Gateway;
  /** Told by a part that has nothing left to do. */
  readonly onQuiet: () => void;
}
