import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { temporaryFolder } from "./servers/reaper.js";

const prefix = "eventwright-run-";

/**
 * All temporary files of a test run lie in one folder, which goes with the run, however that ends. Every project
 * of a run asks for it; there is one.
 */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (tmpdir().includes(prefix)) return undefined;
  const folder = await temporaryFolder(prefix);
  process.env.TMPDIR = folder;
  return () => rm(folder, { recursive: true, force: true });
}
