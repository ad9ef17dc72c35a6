import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { useRunFolder } from "./test/helpers/run-folder.js";

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

await useRunFolder();

export default defineConfig({
  resolve: {
    // Tests in this process run the sources; child processes run the built packages.
    alias: [
      { find: /^@eventwright\/runtime$/, replacement: source("runtime/src/index.ts") },
      { find: /^@eventwright\/runtime\/(.+)$/, replacement: source("runtime/src/$1.ts") },
      { find: /^eventwright$/, replacement: source("generator/src/index.ts") },
    ],
  },
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    setupFiles: "test/helpers/end-with-run.ts",
    projects: [
      { extends: true, test: { name: "main", include: ["test/**/*.test.ts"] } },
      // Needs test data of other projects: see CONTRIBUTING.md.
      { extends: true, test: { name: "conformance", include: ["test/**/*.conformance.ts"] } },
      // Starts real Redis and RabbitMQ servers, and installs them when they are missing.
      {
        extends: true,
        test: {
          name: "servers",
          include: ["test/**/*.server.ts"],
          globalSetup: "test/helpers/servers/global-setup.ts",
          testTimeout: 120_000,
          hookTimeout: 300_000, // installing a server may be part of it
          maxWorkers: 4, // they wait for servers more than they compute, and some look at the time
          sequence: { groupOrder: 1 }, // after all others, which would disturb them
        },
      },
      // The broker suite with its large volumes.
      {
        extends: true,
        test: {
          name: "stress",
          include: ["test/**/*.stress.ts"],
          globalSetup: "test/helpers/servers/global-setup.ts",
          testTimeout: 300_000,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
