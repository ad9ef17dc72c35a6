import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { generate } from "eventwright";
import { makeWorkspaces } from "./generate/workspaces.js";
import { median, textTable } from "./statistics.js";

/** What a generated file of GitHub's channel is for: the files of one event, by ending, or those that all events share. */
const eventFile = /^(?!github-(?:channel|listeners|publisher)\.|index\.)(.+?)(\.validator\.js|\.d\.ts|\.js)$/;
const classFile = /^github-(?:listeners|publisher)(\.d\.ts|\.js)$/;

/**
 * Prints how many bytes of output one of GitHub's webhooks becomes: the median over all of them, and the share of one in
 * the classes of its channel. Definitions that several events share are counted once, for all.
 */
export async function run(): Promise<void> {
  const { workspaces, remove } = makeWorkspaces();
  try {
    const folder = workspaces.find(({ name }) => name === "webhooks")?.folder ?? "";
    await generate({ workingFolder: folder, roots: ["webhooks-schemas"] });
    console.log(buildTable(join(folder, "generated")));
  } finally {
    remove();
  }
}

function buildTable(output: string): string {
  const sizes = sizesIn(join(output, "github"));
  const events = new Map<string, Map<string, number>>();
  for (const [file, size] of sizes) {
    const [, name, ending] = eventFile.exec(file) ?? [];
    if (name === undefined || ending === undefined) continue;
    events.set(name, (events.get(name) ?? new Map<string, number>()).set(ending, size));
  }
  const all = [...events.values()];
  const medianOf = (...endings: readonly string[]): number =>
    median(all.map((event) => endings.reduce((sum, ending) => sum + (event.get(ending) ?? 0), 0)));
  const classes = (ending: string): number =>
    [...sizes].reduce((sum, [file, size]) => (classFile.exec(file)?.[1] === ending ? sum + size : sum), 0) /
    all.length;
  const shared = [...sizesIn(join(output, "shared")).values()].reduce((sum, size) => sum + size, 0);
  return textTable([
    [`bytes for one of ${all.length} webhooks`, "median"],
    ["its files", medianOf(".validator.js", ".js", ".d.ts").toFixed(0)],
    ["  validator", medianOf(".validator.js").toFixed(0)],
    ["  contract", medianOf(".js").toFixed(0)],
    ["  types", medianOf(".d.ts").toFixed(0)],
    ["its share in the channel's classes", (classes(".js") + classes(".d.ts")).toFixed(0)],
    ["  code", classes(".js").toFixed(0)],
    ["  types", classes(".d.ts").toFixed(0)],
    ["shared definitions, for all together", shared.toFixed(0)],
  ]);
}

function sizesIn(folder: string): ReadonlyMap<string, number> {
  return new Map(readdirSync(folder).map((file) => [file, statSync(join(folder, file)).size]));
}
