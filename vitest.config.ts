import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

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
    include: ["test/**/*.test.ts"],
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
});
