import { chmod } from "node:fs/promises";
import { tmpdir } from "node:os";
import { temporaryFolder } from "./servers/reaper.js";

const prefix = "eventwright-run-";

/**
 * From now on all temporary files of this process and of those that it starts, vitest's own too, lie in one
 * folder, which goes with this process, however it ends. Anybody may enter it: tests of what an ordinary user may
 * do run below it.
 */
export async function useRunFolder(): Promise<void> {
  if (tmpdir().includes(prefix)) return;
  const folder = await temporaryFolder(prefix);
  await chmod(folder, 0o711);
  process.env.TMPDIR = folder;
}
