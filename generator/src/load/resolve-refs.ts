import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { appendPointer, memberOf, parsePointer } from "../json-pointer.js";
import { isObject } from "../json-value.js";
import { suggestion } from "../nearest-name.js";
import type { FindingList } from "./finding-list.js";
import type { SourceFiles } from "./read-files.js";
import { refuseReference } from "./refuse-reference.js";
import { type Roots, resolveLinks } from "./roots.js";
import { resolveAddress, type SchemaIndex, type SchemaPlace, splitFragment } from "./schema-index.js";
import { schemaPointers } from "./schema-pointers.js";
import { isSchemaPath } from "./subschemas.js";

/** Why a reference leads nowhere: the rule and the end of the message of its finding. */
interface Refusal {
  readonly rule: string;
  readonly why: string;
}

/** Where a reference leads; undefined when what is wrong there has been reported. */
type Lead = SchemaPlace | Refusal | undefined;

/** Leads references to schemas, within the roots and without a network. Loads files that only references name. */
export class ReferenceResolver {
  readonly #files: SourceFiles;
  readonly #index: SchemaIndex;
  readonly #roots: Roots;
  readonly #findings: FindingList;

  constructor(files: SourceFiles, index: SchemaIndex, roots: Roots, findings: FindingList) {
    this.#files = files;
    this.#index = index;
    this.#roots = roots;
    this.#findings = findings;
  }

  /** The schema that the reference at `from` leads to; undefined when it leads nowhere, which is then a finding. */
  resolve(ref: string, from: SchemaPlace): SchemaPlace | undefined {
    const lead = this.#lead(ref, from);
    if (lead === undefined || isPlace(lead)) return lead;
    const message = `cannot follow the reference ${JSON.stringify(ref)}: ${lead.why}`;
    this.#findings.add(from.document.location(from.pointer), lead.rule, message);
    return undefined;
  }

  /**
   * The same for a `$dynamicRef`. One that leads to a `$dynamicAnchor` is a finding: which schema it stands for depends
   * on who asks, so no named type can. Any other is a plain reference.
   */
  resolveDynamic(ref: string, from: SchemaPlace): SchemaPlace | undefined {
    const place = this.resolve(ref, from);
    const anchor = percentDecode(splitFragment(ref)[1] ?? "");
    if (place === undefined || anchor === undefined || !this.#index.isDynamicAnchor(anchor, place))
      return place;
    const message = `expected no "$dynamicRef" to a "$dynamicAnchor", got ${JSON.stringify(ref)}; use "$ref", which leads to one place`;
    this.#findings.add(from.document.location(from.pointer), "dynamic-reference", message);
    return undefined;
  }

  #lead(ref: string, from: SchemaPlace): Lead {
    const [address, fragment = ""] = splitFragment(ref);
    const why = refuseReference(address);
    if (why !== undefined) return { rule: "refused-reference", why };
    const target = address === "" ? this.#index.resourceOf(from) : this.#leadToAddress(address, from);
    const lead = isPlace(target) ? this.#leadInto(target, fragment) : target;
    if (!isPlace(lead) || holdsSchema(lead, this.#index)) return lead;
    return { rule: "reference-to-nowhere", why: "expected one schema, got something else" };
  }

  #leadToAddress(address: string, from: SchemaPlace): Lead {
    const base = this.#index.resourceOf(from).address;
    const byIdentity = this.#findByIdentity(resolveAddress(address, base));
    if (/^[a-z][a-z0-9+.-]*:/i.test(address)) {
      const why = 'no schema here has this "$id", and nothing is fetched';
      return byIdentity ?? { rule: "unknown-address", why };
    }
    if (address.startsWith("/")) {
      return (
        byIdentity ?? { rule: "refused-reference", why: "expected a relative path, got an absolute one" }
      );
    }
    const path = filePath(address, base, from);
    if (path === undefined) return { rule: "refused-reference", why: "expected a relative path" };
    const byFile = this.#leadToFile(path);
    if (byIdentity === undefined) return byFile;
    if (!isPlace(byFile) || byFile.document === byIdentity.document) return byIdentity;
    const [one, other] = [byIdentity.document.file, byFile.document.file];
    return { rule: "ambiguous-reference", why: `by its "$id" it is ${one}, by its path it is ${other}` };
  }

  #findByIdentity(address: string | undefined): SchemaPlace | undefined {
    if (address === undefined) return undefined;
    const known = this.#index.find(address);
    if (known !== undefined || address.startsWith("file:")) return known;
    // Files that are not called schema files may have the `$id` too.
    for (const document of this.#files.openById(address)) this.#index.add(document);
    return this.#index.find(address);
  }

  #leadToFile(path: string): Lead {
    const name = this.#roots.pathName(path);
    const outside = `${name} is outside of the schema folders; add its folder to "roots" in eventwright.config.json`;
    if (!this.#roots.mayHold(path)) return { rule: "outside-roots", why: outside };
    if (!path.endsWith(".json")) return { rule: "refused-reference", why: "expected a .json file" };
    const realPath = resolveLinks(path);
    if (realPath === undefined) return { rule: "reference-to-nowhere", why: `there is no file ${name}` };
    if (this.#roots.nameOf(realPath) === undefined) {
      return { rule: "outside-roots", why: `${name} is a link out of the schema folders` };
    }
    const document = this.#files.open(realPath);
    if (document === undefined) return undefined;
    this.#index.add(document);
    return { document, pointer: "" };
  }

  #leadInto(resource: SchemaPlace, encoded: string): Lead {
    const fragment = percentDecode(encoded);
    if (fragment === undefined) {
      return { rule: "refused-reference", why: "expected percent-encoded UTF-8 behind #" };
    }
    if (fragment === "") return resource;
    if (fragment.startsWith("/")) return leadToMember(resource, fragment);
    const { address } = this.#index.resourceOf(resource);
    const why = `${resource.document.file} has no anchor ${JSON.stringify(fragment)}`;
    return this.#index.find(`${address}#${fragment}`) ?? { rule: "reference-to-nowhere", why };
  }
}

function isPlace(lead: Lead): lead is SchemaPlace {
  return lead !== undefined && "document" in lead;
}

/**
 * The file that an address stands for; with a base that is no file, relative to the file it stands in. Undefined
 * when it stands for none: a base may be any `file:` address that somebody has put into an `$id`.
 */
function filePath(address: string, base: string, from: SchemaPlace): string | undefined {
  try {
    if (base.startsWith("file:")) return fileURLToPath(new URL(address, base));
    return resolve(dirname(from.document.path), decodeURIComponent(address));
  } catch {
    return undefined;
  }
}

function leadToMember({ document, pointer }: SchemaPlace, fragment: string): Lead {
  const names = parsePointer(fragment);
  if (names === undefined) return { rule: "refused-reference", why: "expected a JSON Pointer behind #" };
  let value = document.at(pointer);
  let reached = pointer;
  for (const name of names) {
    const member = memberOf(value, name);
    if (member === undefined) {
      const hint = suggestion(name, isObject(value) ? Object.keys(value) : []);
      const why = `${document.file} has nothing at ${JSON.stringify(appendPointer(reached, name))}${hint}`;
      return { rule: "reference-to-nowhere", why };
    }
    value = member;
    reached = appendPointer(reached, name);
  }
  return { document, pointer: reached };
}

/** False within a schema for what collects schemas, such as `properties`, and in a channel file for all but schemas. */
function holdsSchema({ document, pointer }: SchemaPlace, index: SchemaIndex): boolean {
  const start = [...schemaPointers(document)].find(
    (outer) => pointer === outer || pointer.startsWith(`${outer}/`),
  );
  if (start === undefined) return false;
  return isSchemaPath(parsePointer(pointer.slice(start.length)) ?? [], index.dialectOf(document));
}

function percentDecode(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
}
