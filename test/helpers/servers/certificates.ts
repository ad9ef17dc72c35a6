import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const openssl = (...args: readonly string[]): Promise<unknown> => promisify(execFile)("openssl", args);

const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/** A certificate for localhost and 127.0.0.1, signed by an authority of its own, as files in one folder. */
export class Certificate {
  /** What clients trust (PEM). */
  readonly ca: string;
  readonly #folder: string;

  private constructor(folder: string, ca: string) {
    this.#folder = folder;
    this.ca = ca;
  }

  static async create(folder: string): Promise<Certificate> {
    await mkdir(folder, { recursive: true });
    const at = (name: string) => join(folder, name);
    const subject = ["-subj", "/CN=Eventwright tests"];
    await openssl(
      "req",
      "-x509",
      ...newKey,
      ...subject,
      "-days",
      "2",
      "-keyout",
      at("ca.key"),
      "-out",
      at("ca.pem"),
    );
    const certificate = new Certificate(folder, await readFile(at("ca.pem"), "utf8"));
    await certificate.renew();
    return certificate;
  }

  get caFile(): string {
    return join(this.#folder, "ca.pem");
  }

  get certFile(): string {
    return join(this.#folder, "server.pem");
  }

  get keyFile(): string {
    return join(this.#folder, "server.key");
  }

  /** Writes the server's certificate and key anew, by the same authority; servers read them when they start. */
  async renew({ expired = false }: { readonly expired?: boolean } = {}): Promise<void> {
    const at = (name: string) => join(this.#folder, name);
    await openssl(
      "req",
      ...newKey,
      "-subj",
      "/CN=localhost",
      "-keyout",
      this.keyFile,
      "-out",
      at("server.csr"),
    );
    await writeFile(at("server.ext"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
    const signer = ["-CA", at("ca.pem"), "-CAkey", at("ca.key"), "-set_serial", String(Date.now())];
    const days = ["-days", expired ? "-1" : "2"];
    const files = ["-in", at("server.csr"), "-extfile", at("server.ext"), "-out", this.certFile];
    await openssl("x509", "-req", ...signer, ...days, ...files);
  }
}
