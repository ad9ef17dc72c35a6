import { parsePointer } from "../json-pointer.js";
import type {
  ChannelDeclaration,
  ContractDeclaration,
  ParameterDeclaration,
} from "../load/channel-declaration.js";
import type { FindingList } from "../load/finding-list.js";
import { checkHeaders } from "./check-headers.js";
import { keyProblem } from "./check-key.js";
import type { PayloadGraph } from "./payload-graph.js";
import { allowsOnly, textValues } from "./schema-kinds.js";
import { partAt } from "./schema-parts.js";

/** Rules for the schemas of a channel file that go beyond JSON Schema. */
export function checkChannelSchemas(
  channel: ChannelDeclaration,
  graph: PayloadGraph,
  findings: FindingList,
): void {
  const { document, parameters, headers, contracts } = channel;
  for (const parameter of parameters) checkParameter(channel, parameter, graph, findings);
  if (headers !== undefined) checkHeaders(partAt({ document, pointer: headers }, graph), graph, findings);
  for (const contract of contracts) checkKey(channel, contract, graph, findings);
}

function checkParameter(
  { document }: ChannelDeclaration,
  { name, pointer }: ParameterDeclaration,
  graph: PayloadGraph,
  findings: FindingList,
): void {
  const { schema } = partAt({ document, pointer }, graph);
  const lookup = (key: string) => graph.get(key).schema;
  const at = document.location(pointer);
  if (!allowsOnly("string", schema, lookup)) {
    const message = `expected a schema that allows only text for the parameter "${name}"; say "type": "string"`;
    findings.add(at, "parameter-schema", message);
  }
  for (const value of textValues(schema, lookup) ?? []) {
    if (/^[^\s.*#{}\p{C}]+$/u.test(value)) continue;
    const message = `expected values without spaces, ".", "*", "#" and braces, got ${JSON.stringify(value)}`;
    findings.add(at, "parameter-schema", message);
  }
}

function checkKey(
  { document }: ChannelDeclaration,
  { key, payload, pointer }: ContractDeclaration,
  graph: PayloadGraph,
  findings: FindingList,
): void {
  // What is no JSON Pointer has been reported.
  if (key === undefined || parsePointer(key) === undefined) return;
  const report = (problem: string): void => findings.add(document.location(`${pointer}/key`), "key", problem);
  if (payload !== undefined) {
    const problem = keyProblem(key, partAt({ document, pointer: payload }, graph), graph);
    if (problem !== undefined) report(problem);
  } else if (document.at(`${pointer}/payload`) === undefined) {
    report("expected no key: there is no payload to have one");
  }
}
