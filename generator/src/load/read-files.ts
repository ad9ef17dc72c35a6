import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { failureCode, type ReportFile } from "./file-problems.js";
import { findFiles } from "./find-files.js";
import { compareText, type FindingList } from "./finding-list.js";
import { indexIds } from "./index-ids.js";
import { parseJson } from "./parse-json.js";
import type { Roots } from "./roots.js";
import { locate, SourceDocument } from "./source-document.js";

/** A file that the contracts were made from. */
export interface InputFile {
  /** As in `SourceLocation`. */
  readonly file: string;
  /** Absolute, links resolved. */
  readonly path: string;
  /** SHA-256 of the bytes, in hexadecimal. */
  readonly digest: string;
}

const mostBytes = 16 * 1024 * 1024;

/** The JSON files of a run, each read once. Whatever is wrong with a file is reported once, and the file left out. */
export class SourceFiles {
  readonly #roots: Roots;
  readonly #findings: FindingList;
  readonly #documents = new Map<string, SourceDocument | undefined>();
  readonly #inputs: InputFile[] = [];
  #pathsById: ReadonlyMap<string, readonly string[]> | undefined;
  readonly #report: ReportFile = (file, rule, message) => {
    this.#findings.add({ file, line: 1, column: 1, pointer: "" }, rule, message);
  };

  constructor(roots: Roots, findings: FindingList) {
    this.#roots = roots;
    this.#findings = findings;
  }

  /** All files read so far, sorted by name. */
  get inputs(): readonly InputFile[] {
    return [...this.#inputs].sort((one, other) => compareText(one.file, other.file));
  }

  /** Reads every channel file and schema file below the schemas folder; sorted by name. */
  readAll(): readonly SourceDocument[] {
    return [...findFiles(this.#roots, this.#report)]
      .flatMap((path) => this.open(path) ?? [])
      .sort((one, other) => compareText(one.file, other.file));
  }

  /** The file at a path whose links are resolved, within the roots; undefined when it cannot be used. */
  open(realPath: string): SourceDocument | undefined {
    if (!this.#documents.has(realPath)) this.#documents.set(realPath, this.#read(realPath));
    return this.#documents.get(realPath);
  }

  /**
   * Reads the JSON files anywhere in the roots that say to have this absolute `$id`, whatever they are called. What
   * else is wrong in the roots is no finding: nobody has asked for it.
   */
  openById(id: string): readonly SourceDocument[] {
    const wanted = { folders: this.#roots.folders, name: /\.json$/ };
    this.#pathsById ??= indexIds(
      findFiles(this.#roots, () => {}, wanted),
      mostBytes,
    );
    return (this.#pathsById.get(id) ?? []).flatMap((path) => this.open(path) ?? []);
  }

  #read(realPath: string): SourceDocument | undefined {
    const file = this.#roots.nameOf(realPath);
    if (file === undefined) return undefined;
    const bytes = this.#readBytes(realPath, file);
    if (bytes === undefined) return undefined;
    this.#inputs.push({ file, path: realPath, digest: createHash("sha256").update(bytes).digest("hex") });
    const text = this.#decode(bytes, file);
    return text === undefined ? undefined : this.#parse(text, file, realPath);
  }

  #readBytes(realPath: string, file: string): Buffer | undefined {
    try {
      const stats = statSync(realPath);
      const { size } = stats;
      if (!stats.isFile()) {
        // Reading from a pipe could wait for ever.
        this.#report(file, "unreadable-file", "expected a file, got a pipe or a device");
      } else if (size > mostBytes) {
        const message = `expected at most ${mostBytes} bytes, got ${size}; split the file`;
        this.#report(file, "file-too-large", message);
      } else {
        return readFileSync(realPath);
      }
    } catch (error) {
      this.#report(file, "unreadable-file", `cannot read the file: ${failureCode(error)}`);
    }
    return undefined;
  }

  #decode(bytes: Buffer, file: string): string | undefined {
    const text = bytes.toString("utf8");
    if (isUtf8(bytes)) return text.replace(/^\uFEFF/, "");
    const good = readableText(bytes.subarray(0, firstDifference(bytes, Buffer.from(text))));
    this.#findings.add(locate(file, good, good.length, ""), "encoding", "expected UTF-8, got other bytes");
    return undefined;
  }

  #parse(text: string, file: string, realPath: string): SourceDocument | undefined {
    const { parsed, problems } = parseJson(text);
    for (const { offset, pointer, rule, message, otherOffset } of problems) {
      const other = otherOffset === undefined ? undefined : locate(file, text, otherOffset, pointer);
      const first = other === undefined ? "" : `; the first one is at ${other.line}:${other.column}`;
      this.#findings.add(locate(file, text, offset, pointer), rule, message + first);
    }
    return parsed && new SourceDocument(file, realPath, text, parsed);
  }
}

/** The text at the beginning of a file; the last character may be cut in two. */
function readableText(bytes: Buffer): string {
  const text = bytes.toString("utf8").replace(/^\uFEFF/, "");
  return isUtf8(bytes) ? text : text.slice(0, -1);
}

function firstDifference(one: Buffer, other: Buffer): number {
  const index = one.findIndex((byte, position) => byte !== other[position]);
  return index === -1 ? one.length : index;
}
