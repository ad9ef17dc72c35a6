import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { listFolder, makeFolder, readFiles } from "../../helpers/folders.js";
import { runCli } from "../../helpers/run-cli.js";

const added = "created schemas/orders/orders.channel.json\ncreated schemas/orders/order-placed.schema.json\n";
const installs = "  npm install @eventwright/runtime\n  npm install --save-dev eventwright\n";

describe("init", () => {
  test("adds a channel, a schema and a script, keeps the layout of package.json, and says what to do next", () => {
    const before = '{\r\n\t"name": "shop",\r\n\t"scripts": {\r\n\t\t"test": "vitest"\r\n\t}\r\n}\r\n';
    const folder = makeFolder({ "package.json": before });
    expect(runCli(folder, "init")).toEqual({
      code: 0,
      stdout: `${added}added the script "generate" to package.json\nnext:\n${installs}  npm run generate\n`,
      stderr: "",
    });
    const files = readFiles(folder);
    expect(Object.keys(files)).toEqual([
      "package.json",
      "schemas/orders/order-placed.schema.json",
      "schemas/orders/orders.channel.json",
    ]);
    expect(files["package.json"]).toBe(
      before.replace('"vitest"', '"vitest",\r\n\t\t"generate": "eventwright generate"'),
    );
  });

  test("asks to install only what package.json does not name", () => {
    const named = {
      dependencies: { "@eventwright/runtime": "^1.0.0" },
      devDependencies: { eventwright: "^1.0.0" },
    };
    const folder = makeFolder({ "package.json": JSON.stringify(named) });
    expect(runCli(folder, "init").stdout).toMatch(/\nnext:\n {2}npm run generate\n$/);
    expect(JSON.parse(readFiles(folder)["package.json"] ?? "")).toEqual({
      ...named,
      scripts: { generate: "eventwright generate" },
    });
  });

  test("does without package.json", () => {
    const { code, stdout } = runCli(makeFolder(), "init");
    expect(code).toBe(0);
    expect(stdout).toBe(
      `${added}found no package.json; added no script\nnext:\n${installs}  npx eventwright generate\n`,
    );
  });

  test("the second time changes nothing", () => {
    const folder = makeFolder({ "package.json": "{}" });
    runCli(folder, "init");
    const before = listFolder(folder);
    const { code, stdout } = runCli(folder, "init");
    expect(code).toBe(0);
    expect(stdout).toContain("schemas holds channels already; added none\n");
    expect(stdout).toContain('kept the script "generate" of package.json\n');
    expect(listFolder(folder)).toEqual(before);
  });

  test.each(['{ "scripts": { "generate": "mine" } }', '{ "scripts": "odd" }', "{ broken", "[]"])(
    "keeps this package.json as it is: %s",
    (text) => {
      const folder = makeFolder({ "package.json": text });
      expect(runCli(folder, "init")).toMatchObject({ code: 0, stderr: "" });
      expect(readFiles(folder)["package.json"]).toBe(text);
    },
  );

  test("keeps a schema that is there already", () => {
    const mine = { "schemas/orders/order-placed.schema.json": "true" };
    const folder = makeFolder(mine);
    expect(runCli(folder, "init").stdout).toContain("kept schemas/orders/order-placed.schema.json\n");
    expect(readFiles(folder)).toMatchObject(mine);
  });

  test("uses the schemas folder of the config file", () => {
    const folder = makeFolder({ "eventwright.config.json": '{ "schemas": "contracts" }' });
    expect(runCli(folder, "init").stdout).toContain("created contracts/orders/orders.channel.json\n");
    expect(runCli(folder, "generate").code).toBe(0);
  });

  test("says so when it cannot write", () => {
    const folder = makeFolder({ schemas: "a file" });
    expect(runCli(folder, "init")).toEqual({
      code: 2,
      stdout: "",
      stderr: "error: cannot write to schemas: not a directory\n",
    });
  });

  test.each(['{ "type": "module" }', '{ "type": "commonjs" }', "{}"])(
    "what is generated from it runs at once in a package like %s",
    (packageJson) => {
      const program = `
        import { OrderPlaced } from "./generated/index.js";
        const bytes = OrderPlaced.serialize({ orderId: "o-1", totalCents: 1200 });
        console.log(JSON.stringify(OrderPlaced.deserialize(bytes)), OrderPlaced.is({ orderId: 7 }));`;
      const folder = makeFolder({ "package.json": packageJson, "main.mjs": program });
      mkdirSync(join(folder, "node_modules/@eventwright"), { recursive: true });
      const runtime = fileURLToPath(new URL("../../../runtime", import.meta.url));
      symlinkSync(runtime, join(folder, "node_modules/@eventwright/runtime"), "dir");
      runCli(folder, "init");
      expect(runCli(folder, "generate")).toMatchObject({ code: 0, stderr: "" });
      const output = execFileSync(process.execPath, ["main.mjs"], { cwd: folder, encoding: "utf8" });
      expect(output).toBe('{"orderId":"o-1","totalCents":1200} false\n');
    },
  );
});
