import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const program = fileURLToPath(new URL("../../examples/shop/dist/main.js", import.meta.url));

describe("example shop", () => {
  it("tells its whole story and ends by itself", () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program], { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(status).toBe(0);
    const told = stdout.split("\n").filter((line) => /^ {2}\S/.test(line) && !line.startsWith("  log"));
    const who = (line: string): string => line.slice(2, 20).trim();
    const order = ["mailer", "supplier notifier", "data processor", "local model"];
    expect(told.map(who)).toEqual([
      ...["checkout", ...order],
      ...["checkout", ...order],
      ...["checkout", "checkout"],
      ...["shop", "checkout", ...order],
    ]);
    expect(stdout).toContain("/order/lines/0/quantity: expected at least 1, got an integer");
  });

  it("keeps the foreign, invalid event away from all three listeners", () => {
    const { stdout } = spawnSync(process.execPath, [program], { encoding: "utf8" });
    const log = stdout.split("\n").filter((line) => line.startsWith("  log") && line.includes(" failed "));
    expect(log.map((line) => line.match(/ in (\w+):/)?.[1])).toEqual([
      "ConfirmationMailer",
      "SupplierNotifier",
      "DataProcessor",
    ]);
    expect(log.every((line) => line.includes("/placedAt: expected text of format date-time"))).toBe(true);
  });
});
