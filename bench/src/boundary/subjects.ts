import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { EventContract } from "@eventwright/runtime/contract";
import { generate } from "eventwright";
import { linkRuntime, makeWorkspaces, type Workspace } from "../generate/workspaces.js";
import { type Check, peers } from "./peers.js";
import { makeSamples, type Sample } from "./samples.js";
import { makeTypiaChecks } from "./typia.js";

/** All that checks the payloads of one sample. */
export interface Subject {
  readonly sample: Sample;
  readonly contract: EventContract<unknown>;
  /** By name, in the order of the table. */
  readonly checks: ReadonlyMap<string, Check>;
}

/** The name under which typia checks: without formats and undeclared members, which its types say nothing of. */
export const structureAlone = "typia 9";

/** Generates the contracts of all samples and gives the same schemas to the peers. */
export async function makeSubjects(filter: string): Promise<readonly Subject[]> {
  const { workspaces, remove } = makeWorkspaces();
  try {
    const used = workspaces.filter(({ name }) => name === "shop" || name === "webhooks");
    for (const workspace of used) await generateInto(workspace);
    const folderOf = ({ workspace, folder }: Sample): string =>
      join(used.find(({ name }) => name === workspace)?.folder ?? "", "generated", folder, "index.js");
    const samples = makeSamples().filter(({ name }) => name.includes(filter));
    const [first] = used;
    if (first === undefined) throw new Error("no workspace");
    const types = new Map(samples.map((sample) => [sample.name, folderOf(sample)]));
    const typia = await makeTypiaChecks(
      Array.from(types, ([name, module]) => ({ name, module })),
      join(first.folder, "typia"),
    );
    return await Promise.all(samples.map((sample) => makeSubject(sample, folderOf(sample), typia)));
  } finally {
    remove();
  }
}

async function makeSubject(
  sample: Sample,
  module: string,
  typia: Readonly<Record<string, Check>>,
): Promise<Subject> {
  const contracts: Readonly<Record<string, EventContract<unknown>>> = await import(
    pathToFileURL(module).href
  );
  const contract = contracts[sample.name];
  const structure = typia[sample.name];
  if (contract === undefined || structure === undefined) throw new Error(`no contract ${sample.name}`);
  const checks = new Map<string, Check>([["Eventwright", (value) => contract.is(value)]]);
  for (const [name, make] of peers) checks.set(name, make(sample.schema));
  checks.set(structureAlone, structure);
  return { sample, contract, checks };
}

async function generateInto({ name, folder }: Workspace): Promise<void> {
  await generate({ workingFolder: folder, ...(name === "webhooks" && { roots: ["webhooks-schemas"] }) });
  linkRuntime(folder);
}
