import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { EventContract } from "@eventwright/runtime/contract";
import { cli } from "../generate/processes.js";
import { linkRuntime } from "../generate/workspaces.js";
import type { Parcel } from "./subject.js";

const payload = {
  type: "object",
  required: ["id", "sentAt", "items"],
  properties: {
    id: { type: "string", format: "uuid" },
    sentAt: { type: "number" },
    items: {
      type: "array",
      items: {
        type: "object",
        required: ["sku", "count"],
        properties: { sku: { type: "string" }, count: { type: "integer", minimum: 1 } },
      },
    },
  },
};

/** The contract of parcels as the generator makes it, on a channel of its own. @throws Error when it cannot be made */
export async function makeParcelContract(durable: boolean): Promise<EventContract<Parcel>> {
  const folder = mkdtempSync(join(tmpdir(), "eventwright-bench-"));
  const channel = durable ? "parcels" : "parcels-fleeting";
  try {
    mkdirSync(join(folder, "schemas"));
    const events = { ParcelSent: { payload } };
    writeFileSync(join(folder, "schemas/parcels.channel.json"), JSON.stringify({ channel, durable, events }));
    linkRuntime(folder);
    // In a process of its own, as the memory of the generator is none of the event's.
    execFileSync(process.execPath, [cli, "generate"], {
      cwd: folder,
      stdio: ["ignore", "ignore", "inherit"],
    });
    const module = await import(pathToFileURL(join(folder, "generated/index.js")).href);
    return module.ParcelSent;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
