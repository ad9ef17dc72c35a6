import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Writable } from "node:stream";

/**
 * A shell that reads what this process starts, ends and makes, until the pipe closes: then this process is gone,
 * whatever ended it. What still runs is killed, and then the folders are removed, so that nothing writes into them.
 */
const script = `
set -f
pids=
folders=
newline='
'
while read -r event subject; do
  case $event in
    started) pids="$pids $subject " ;;
    ended) pids="\${pids%% $subject *}\${pids#* $subject }" ;;
    folder) folders="$folders$subject$newline" ;;
  esac
done
for pid in $pids; do kill -KILL "$pid"; done
IFS=$newline
for folder in $folders; do
  tries=0
  until rm -rf "$folder" || [ "$tries" -ge 50 ]; do
    tries=$((tries + 1))
    sleep 0.1
  done
done`;

let pipe: Writable | undefined;

/** From now on the child does not outlive this process, in whatever way this one ends. */
export function endWithThisProcess(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return; // it did not start
  tellReaper(`started ${pid}`);
  child.once("exit", () => tellReaper(`ended ${pid}`)); // its number may be somebody else's by now
}

/** Makes a folder for temporary files; what is left of it when this process ends, in whatever way, goes then. */
export async function temporaryFolder(prefix: string): Promise<string> {
  const folder = join(tmpdir(), `${prefix}${randomUUID()}`);
  tellReaper(`folder ${folder}`);
  await mkdir(folder, { mode: 0o700 });
  return folder;
}

function tellReaper(line: string): void {
  pipe ??= startReaper();
  pipe.write(`${line}\n`);
}

function startReaper(): Writable {
  const reaper = spawn("sh", ["-c", script], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true, // Ctrl-C is not for it
  });
  reaper.unref();
  const { stdin } = reaper;
  if ("unref" in stdin && typeof stdin.unref === "function") stdin.unref();
  stdin.on("error", () => undefined); // somebody killed it: nothing to tell it
  return stdin;
}
