import { pathToFileURL } from "node:url";
import { appendPointer } from "../json-pointer.js";
import { has, type JsonObject } from "../json-value.js";
import type { JsonValue } from "../model/contract.js";
import { placeText } from "./check-unique.js";
import type { FindingList } from "./finding-list.js";
import { isChannelFile, schemaPointers } from "./schema-pointers.js";
import type { SourceDocument } from "./source-document.js";
import { type Dialect, type Subschema, subschemas, textOf } from "./subschemas.js";

/** A place that holds a schema. */
export interface SchemaPlace {
  readonly document: SourceDocument;
  /** JSON Pointer into the document. */
  readonly pointer: string;
}

/** A document as JSON Schema sees it. */
interface IndexedDocument {
  readonly dialect: Dialect;
  /** The base address of every part that has an own one, by pointer. */
  readonly bases: Map<string, string>;
}

/**
 * Knows every schema by its identity: the address of its file, `$id`, `$anchor`. Two places with one identity are
 * a finding: what a reference means must not depend on who looks first.
 */
export class SchemaIndex {
  readonly #findings: FindingList;
  readonly #documents = new Map<SourceDocument, IndexedDocument>();
  readonly #places = new Map<string, SchemaPlace>();
  readonly #dynamicAnchors = new Set<string>();

  constructor(findings: FindingList) {
    this.#findings = findings;
  }

  /** Takes up a file, once. */
  add(document: SourceDocument): void {
    if (this.#documents.has(document)) return;
    const fileAddress = pathToFileURL(document.path).href;
    const dialect = this.#readDialect(document);
    const indexed: IndexedDocument = { dialect, bases: new Map([["", fileAddress]]) };
    this.#documents.set(document, indexed);
    this.#addPlace(fileAddress, { document, pointer: "" }, "");
    for (const pointer of schemaPointers(document)) {
      for (const subschema of subschemas(document.at(pointer) ?? true, pointer, dialect)) {
        this.#addSchema(document, indexed, subschema);
      }
    }
  }

  /** The dialect of a file, fixed for the whole of it. */
  dialectOf(document: SourceDocument): Dialect {
    return this.#documents.get(document)?.dialect ?? "2020-12";
  }

  /** The schema with this absolute address, with or without an anchor behind `#`. */
  find(address: string): SchemaPlace | undefined {
    return this.#places.get(address);
  }

  /** Whether an anchor is a `$dynamicAnchor` of the resource that a schema belongs to. */
  isDynamicAnchor(anchor: string, place: SchemaPlace): boolean {
    return this.#dynamicAnchors.has(`${this.resourceOf(place).address}#${anchor}`);
  }

  /** The part of the document, with a base address of its own, that a schema belongs to. */
  resourceOf({ document, pointer }: SchemaPlace): SchemaPlace & { readonly address: string } {
    const bases = this.#documents.get(document)?.bases;
    for (let part = pointer; part !== ""; part = part.slice(0, part.lastIndexOf("/"))) {
      const address = bases?.get(part);
      if (address !== undefined) return { document, pointer: part, address };
    }
    return { document, pointer: "", address: bases?.get("") ?? "" };
  }

  #readDialect(document: SourceDocument): Dialect {
    // The `$schema` of a channel file is for editors.
    const named = isChannelFile(document) ? undefined : textOf(document.value, "$schema");
    const dialect = named === undefined ? "2020-12" : dialectNamed(named);
    if (dialect === undefined) {
      const message = `expected the dialect ${supported}, got ${JSON.stringify(named)}`;
      this.#findings.add(document.location("/$schema"), "unknown-dialect", message);
    }
    return dialect ?? "2020-12";
  }

  #addSchema(document: SourceDocument, indexed: IndexedDocument, { schema, pointer }: Subschema): void {
    this.#checkDialect(document, indexed.dialect, schema, pointer);
    // In draft-07 nothing beside a reference counts.
    if (indexed.dialect === "draft-07" && has(schema, "$ref")) return;
    this.#addId(document, indexed, { schema, pointer });
    if (indexed.dialect === "2020-12") this.#addAnchors({ document, pointer }, schema);
  }

  /** To a `$ref`, a `$dynamicAnchor` is an anchor like any other. */
  #addAnchors(place: SchemaPlace, schema: JsonObject): void {
    const { address } = this.resourceOf(place);
    for (const keyword of ["$anchor", "$dynamicAnchor"]) {
      const anchor = textOf(schema, keyword);
      if (anchor === undefined) continue;
      this.#addPlace(`${address}#${anchor}`, place, appendPointer(place.pointer, keyword));
      if (keyword === "$dynamicAnchor") this.#dynamicAnchors.add(`${address}#${anchor}`);
    }
  }

  #addId(
    document: SourceDocument,
    { dialect, bases }: IndexedDocument,
    { schema, pointer }: Subschema,
  ): void {
    const id = textOf(schema, "$id");
    if (id === undefined) return;
    const keyword = appendPointer(pointer, "$id");
    const absolute = resolveAddress(id, this.resourceOf({ document, pointer }).address);
    const [address = "", anchor = ""] = absolute === undefined ? [] : splitFragment(absolute);
    if (address === "" || (anchor !== "" && dialect === "2020-12")) {
      const message = `expected an address without a fragment, got ${JSON.stringify(id)}`;
      this.#findings.add(document.location(keyword), "invalid-id", message);
      return;
    }
    if (!id.startsWith("#")) {
      bases.set(pointer, address);
      this.#addPlace(address, { document, pointer }, keyword);
    }
    // What begins with a slash is a JSON Pointer, and some tools write it here.
    if (anchor !== "" && !anchor.startsWith("/")) {
      this.#addPlace(`${address}#${anchor}`, { document, pointer }, keyword);
    }
  }

  #addPlace(address: string, place: SchemaPlace, keyword: string): void {
    const known = this.#places.get(address);
    if (known === undefined) {
      this.#places.set(address, place);
    } else if (known.document !== place.document || known.pointer !== place.pointer) {
      const other = placeText(known.document.location(known.pointer));
      const message = `expected an identity of its own, got that of ${other}`;
      this.#findings.add(place.document.location(keyword), "ambiguous-identity", message);
    }
  }

  #checkDialect(document: SourceDocument, dialect: Dialect, schema: JsonValue, pointer: string): void {
    const named = pointer === "" ? undefined : textOf(schema, "$schema");
    if (named === undefined || dialectNamed(named) === dialect) return;
    const message = `expected the dialect of the whole file, got ${JSON.stringify(named)}; give the schema its own file`;
    this.#findings.add(document.location(appendPointer(pointer, "$schema")), "mixed-dialects", message);
  }
}

const supported =
  '"https://json-schema.org/draft/2020-12/schema" or "http://json-schema.org/draft-07/schema#"';

function dialectNamed(address: string): Dialect | undefined {
  const [, dialect] =
    /^https?:\/\/json-schema\.org\/(draft\/2020-12|draft-07)\/schema#?$/.exec(address) ?? [];
  if (dialect === undefined) return undefined;
  return dialect === "draft-07" ? "draft-07" : "2020-12";
}

/** An address relative to a base, as an absolute one in normal form; undefined for text that is no address. */
export function resolveAddress(address: string, base: string): string | undefined {
  if (address.startsWith("#")) return splitFragment(base)[0] + address;
  return URL.canParse(address, base) ? new URL(address, base).href : undefined;
}

/** The parts before and behind the first `#`. */
export function splitFragment(reference: string): readonly [address: string, fragment: string | undefined] {
  const index = reference.indexOf("#");
  return index === -1 ? [reference, undefined] : [reference.slice(0, index), reference.slice(index + 1)];
}
