import type { FindingList } from "../load/finding-list.js";
import type { PayloadGraph } from "./payload-graph.js";
import { allowsOnly } from "./schema-kinds.js";
import { declaredProperties, type SchemaPart } from "./schema-parts.js";

/** Attributes of CloudEvents 1.0 that the envelope has itself; the runtime refuses the same, as a test sees to. */
export const coreAttributes: ReadonlySet<string> = new Set([
  "data",
  "datacontenttype",
  "dataschema",
  "id",
  "source",
  "specversion",
  "subject",
  "time",
  "type",
]);

/** Headers travel as CloudEvents extension attributes: an object of text values with short, plain names. */
export function checkHeaders(headers: SchemaPart, graph: PayloadGraph, findings: FindingList): void {
  const report = ({ place }: SchemaPart, rule: string, message: string): void =>
    findings.add(place.document.location(place.pointer), rule, message);
  const lookup = (key: string) => graph.get(key).schema;
  if (!allowsOnly("object", headers.schema, lookup)) {
    report(headers, "header-schema", 'expected a schema that allows only an object; say "type": "object"');
  }
  for (const property of declaredProperties(headers, graph)) {
    const { name, schema } = property;
    if (!/^[a-z0-9]{1,20}$/.test(name)) {
      const message = `expected a header name of at most 20 lower-case letters and digits, got ${JSON.stringify(name)}`;
      report(property, "header-name", message);
    } else if (coreAttributes.has(name)) {
      report(
        property,
        "header-name",
        `expected another header name: every event has its own "${name}" already`,
      );
    }
    if (!allowsOnly("string", schema, lookup)) {
      report(property, "header-schema", `expected a schema that allows only text; say "type": "string"`);
    }
  }
}
