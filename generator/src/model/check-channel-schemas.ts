import type { ChannelDeclaration } from "../load/channel-declaration.js";
import type { FindingList } from "../load/finding-list.js";
import type { PayloadGraph } from "./payload-graph.js";
import { kindsOf } from "./schema-kinds.js";

/** Rules for the schemas of a channel file that go beyond JSON Schema. */
export function checkChannelSchemas(
  channel: ChannelDeclaration,
  graph: PayloadGraph,
  findings: FindingList,
): void {
  const { document, parameters } = channel;
  for (const { name, pointer } of parameters) {
    const schema = graph.get(graph.add({ document, pointer })).schema;
    const kinds = kindsOf(schema, (key) => graph.get(key).schema);
    if ([...kinds].every((kind) => kind === "string")) continue;
    const message = `expected a schema that allows only text for the parameter "${name}"; say "type": "string"`;
    findings.add(document.location(pointer), "parameter-schema", message);
  }
}
