import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const program = fileURLToPath(new URL("../../examples/shop/dist/main.js", import.meta.url));

it.each(["redis", "amqp"])(
  "example shop: sells through a restart of the server, on %s",
  (broker) => {
    const told = execFileSync(process.execPath, [program, "--broker", broker], { encoding: "utf8" });
    const [, , afterRestart = "", back = ""] = told.split(
      /\n(?=Two orders|The server stops|Everybody is back)/,
    );
    for (const buyer of ["ada", "grace", "alan", "edsger"]) {
      expect(told).toContain(`mailer             writes to ${buyer}@example.org`);
    }
    expect(afterRestart).toContain("checkout           the order is with the server");
    expect(back).toContain("local model        expects");
    expect(told.trimEnd().endsWith("The shop closes.")).toBe(true);
  },
  120_000,
);
