import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { EventContract } from "@eventwright/runtime/contract";
import { generate } from "eventwright";
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

/** The contract of parcels as the generator makes it, on a channel of its own. */
export async function makeParcelContract(durable: boolean): Promise<EventContract<Parcel>> {
  const folder = mkdtempSync(join(tmpdir(), "eventwright-bench-"));
  const channel = durable ? "parcels" : "parcels-fleeting";
  try {
    mkdirSync(join(folder, "schemas"));
    const events = { ParcelSent: { payload } };
    writeFileSync(join(folder, "schemas/parcels.channel.json"), JSON.stringify({ channel, durable, events }));
    linkRuntime(folder);
    await generate({ workingFolder: folder });
    const module = await import(pathToFileURL(join(folder, "generated/index.js")).href);
    return module.ParcelSent;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
