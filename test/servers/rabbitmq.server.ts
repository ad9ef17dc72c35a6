import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { givenRabbitmq } from "../helpers/servers/given.js";
import { type Rabbitmq, startRabbitmq } from "../helpers/servers/rabbitmq.js";
import { binary, type RabbitmqControl } from "../helpers/servers/rabbitmq-control.js";
import { rabbitmqForFile } from "../helpers/servers/shared.js";
import { openAmqp } from "./raw-amqp.js";

const startTimeoutMs = 300_000;

describe("rabbitmq node", { timeout: startTimeoutMs }, () => {
  const shared = rabbitmqForFile();
  let rabbitmq: Rabbitmq;

  beforeAll(async () => {
    rabbitmq = await startRabbitmq({ tls: true, config: ["channel_max = 7"] });
  }, startTimeoutMs);

  afterAll(() => rabbitmq.close());

  test("takes connections by TLS, with a certificate that its authority signed", async () => {
    const url = rabbitmq.control.url();
    expect(url).toMatch(/^amqps:/);
    expect(await openAmqp(url, rabbitmq.certificate?.ca)).toBe("open");
    await expect(openAmqp(url)).rejects.toThrow("certificate");
  });

  test("takes further lines of configuration", async () => {
    expect(await rabbitmq.control.evaluate("application:get_env(rabbit, channel_max)")).toBe("{ok,7}");
  });

  test("keeps its data over a kill and over a stop, and comes back empty from wipe", async () => {
    const { name } = await rabbitmq.control.createVhost();
    const vhosts = () => rabbitmq.control.evaluate("rabbit_vhost:list_names()");
    await rabbitmq.restart();
    expect(await vhosts()).toContain(name);
    await rabbitmq.kill();
    await rabbitmq.start();
    expect(await vhosts()).toContain(name);
    await rabbitmq.wipe();
    expect(await vhosts()).toBe('[<<"/">>]');
  });

  test("answers nothing while it is paused, and all of it afterwards", async () => {
    const order: string[] = [];
    rabbitmq.pause();
    const opened = openAmqp(rabbitmq.control.url(), rabbitmq.certificate?.ca).then((end) => order.push(end));
    await openAmqp(shared().url); // another server answers the same question meanwhile
    order.push("resumed");
    rabbitmq.resume();
    await opened;
    expect(order).toEqual(["resumed", "open"]);
  });
});

test(
  "rabbitmq: one that does not start tells what it printed",
  async () => {
    const start = startRabbitmq({ config: ["no_such_setting = 1"] });
    await expect(start).rejects.toThrow(/cannot start RabbitMQ rabbit-\d+@localhost.*no_such_setting/s);
  },
  startTimeoutMs,
);

describe.skipIf(givenRabbitmq())("rabbitmq of the test run", { timeout: startTimeoutMs }, () => {
  const [one, two] = [rabbitmqForFile(), rabbitmqForFile()];
  const controlled = (): RabbitmqControl => {
    const { control } = one();
    if (control === undefined) throw new Error("not ours");
    return control;
  };

  let removed: string;

  describe("before", () => {
    const before = rabbitmqForFile();

    test("is started once, and gives every file a virtual host of its own", async () => {
      expect([one().canRestart, two().canRestart]).toEqual([false, false]);
      expect(one().control?.endpoint).toEqual(two().control?.endpoint);
      expect(new Set([one().url, two().url, before().url]).size).toBe(3);
      for (const { url } of [one(), two(), before()]) expect(await openAmqp(url)).toBe("open");
      removed = new URL(before().url).pathname.slice(1);
    });
  });

  test("removes the virtual host after the tests", async () => {
    const names = await controlled().evaluate("rabbit_vhost:list_names()");
    expect(names).toContain(new URL(one().url).pathname.slice(1));
    expect(names).not.toContain(removed);
  });

  test("makes and removes virtual hosts and users, whatever their names are", async () => {
    const control = controlled();
    const user = { name: `"ü >>.${randomUUID()}`, password: "p/w" };
    const vhost = `a/b "c\\${randomUUID()}`;
    await control.setUser(user);
    const { url } = await control.createVhost(vhost, user);
    expect(await openAmqp(url)).toBe("open");
    await control.setUser({ ...user, password: "another" });
    expect(await openAmqp(url)).toBe("closed");
    expect(await openAmqp(control.url({ vhost, user: { ...user, password: "another" } }))).toBe("open");
    await control.deleteVhost(vhost);
    expect(await openAmqp(control.url({ vhost }))).toContain("not found");
  });

  test("evaluates Erlang, returns what it prints, and fails with what went wrong", async () => {
    const control = controlled();
    const printed = await control.evaluate(`X = 40, {X + 2, "text", ${binary("ä")}}`);
    expect(printed).toBe('{42,"text",<<"ä"/utf8>>}');
    await expect(control.evaluate("foo:bar()")).rejects.toThrow(
      /cannot evaluate foo:bar\(\) in rabbit.*undef/,
    );
    await expect(control.evaluate("1 +")).rejects.toThrow("syntax error");
  });
});
