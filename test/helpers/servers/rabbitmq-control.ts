import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { promisify } from "node:util";

/** All that another process needs to reach a node; plain data. */
export interface RabbitmqEndpoint {
  readonly port: number;
  /** Undefined without TLS. */
  readonly tlsPort?: number | undefined;
  /** What clients trust (PEM), with TLS. */
  readonly ca?: string | undefined;
  /** The node's Erlang name, `rabbit-5672@localhost`. */
  readonly name: string;
  readonly erlCall: string;
  /** Where the cookie and the name service are. */
  readonly env: { readonly HOME: string; readonly ERL_EPMD_PORT: string };
}

export interface RabbitmqUser {
  readonly name: string;
  readonly password: string;
}

export const guest: RabbitmqUser = { name: "guest", password: "guest" };

/** A virtual host of its own for a test file. */
export interface Vhost {
  readonly name: string;
  readonly url: string;
}

/** What an operator does to a running node. */
export class RabbitmqControl {
  readonly endpoint: RabbitmqEndpoint;

  constructor(endpoint: RabbitmqEndpoint) {
    this.endpoint = endpoint;
  }

  /** Of the virtual host `/` unless told otherwise; `amqps://` with TLS. */
  url({ vhost = "/", user = guest }: { readonly vhost?: string; readonly user?: RabbitmqUser } = {}): string {
    const { port, tlsPort } = this.endpoint;
    const login = `${encodeURIComponent(user.name)}:${encodeURIComponent(user.password)}`;
    const [scheme, at] = tlsPort === undefined ? ["amqp", port] : ["amqps", tlsPort];
    return `${scheme}://${login}@127.0.0.1:${at}/${encodeURIComponent(vhost)}`;
  }

  /**
   * Evaluates Erlang in the node, which is what `rabbitmqctl` does at a hundredth of its cost, and returns the
   * result as Erlang prints it: `evaluate("length(rabbit_amqqueue:list())")` gives `"3"`. The expression
   * is ASCII; other texts go in by {@link binary}.
   */
  async evaluate(expression: string): Promise<string> {
    const { erlCall, name, env } = this.endpoint;
    // A name of its own (-h), so that several can call at once; in base64, since erl_call prints a text in a way of its own.
    const printed = `unicode:characters_to_binary(io_lib:format("~0tp", [begin ${expression} end]))`;
    const run = promisify(execFile)(erlCall, ["-h", `call-${randomUUID()}`, "-sname", name, "-e"], {
      env: { ...process.env, ...env },
    });
    run.child.stdin?.end(`binary_to_list(base64:encode(${printed})).\n`);
    const { stdout } = await run;
    const result = /^\{ok, "(.*)"\}$/.exec(stdout)?.[1];
    if (result === undefined) throw new Error(`cannot evaluate ${expression} in ${name}: ${stdout}`);
    return Buffer.from(result, "base64").toString("utf8");
  }

  /** Makes an empty virtual host in which the user may do everything. */
  async createVhost(name: string = `test-${randomUUID()}`, user: RabbitmqUser = guest): Promise<Vhost> {
    await this.evaluate(`ok = rabbit_vhost:add(${binary(name)}, ${binary("tests")})`);
    await this.permit(user, name);
    return { name, url: this.url({ vhost: name, user }) };
  }

  /** Closes its connections and removes all that is in it. */
  async deleteVhost(name: string): Promise<void> {
    await this.evaluate(`rabbit_vhost:delete(${binary(name)}, ${binary("tests")})`);
  }

  /** Makes the user, or gives an existing one another password; open connections stay. */
  async setUser({ name, password }: RabbitmqUser): Promise<void> {
    const args = `${binary(name)}, ${binary(password)}, ${binary("tests")}`;
    await this.evaluate(
      `case rabbit_auth_backend_internal:exists(${binary(name)}) of ` +
        `true -> rabbit_auth_backend_internal:change_password(${args}); ` +
        `false -> rabbit_auth_backend_internal:add_user(${args}) end`,
    );
  }

  /** Lets the user do everything; make only what has a name of this pattern. */
  async permit({ name }: RabbitmqUser, vhost: string, configure = ".*"): Promise<void> {
    const permissions = [configure, ".*", ".*"].map(binary).join(", ");
    await this.evaluate(
      `ok = rabbit_auth_backend_internal:set_permissions(${binary(name)}, ${binary(vhost)}, ${permissions}, ${binary("tests")})`,
    );
  }
}

/** A text as an Erlang binary, byte by byte: nothing in it can be taken for Erlang. */
export const binary = (text: string): string => `<<${[...Buffer.from(text)].join(",")}>>`;
