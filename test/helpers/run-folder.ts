import { tmpdir } from "node:os";
import { temporaryFolder } from "./servers/reaper.js";

const prefix = "eventwright-run-";

/**
 * From now on all temporary files of this process and of those that it starts, vitest's own too, lie in one
 * folder, which goes with this process, however it ends.
 */
export async function useRunFolder(): Promise<void> {
  if (!tmpdir().includes(prefix)) process.env.TMPDIR = await temporaryFolder(prefix);
}
