import type { Channel } from "../model/contract.js";
import { namedType, validatorOf } from "./contract-types.js";
import type { EmitContext } from "./emit-context.js";
import { propertyName, stringLiteral } from "./escape.js";
import { docComment } from "./jsdoc.js";
import { printObject } from "./print-list.js";
import { type ConstantStatement, fromRuntime, type Statement } from "./source-file.js";

/** What the module of a channel holds beside its types: the type of the address parameters, and its value. */
export function channelStatements(channel: Channel, context: EmitContext): readonly Statement[] {
  const value = channelConstant(channel, context);
  return channel.parameters.length === 0 ? [value] : [parametersInterface(channel, context), value];
}

/** `export interface OrdersParameters { readonly region: OrdersRegion; }` */
function parametersInterface(channel: Channel, context: EmitContext): Statement {
  const members = channel.parameters.map(({ name, description, type }) => {
    const doc = docComment({ description }, "  ");
    return `${doc}  readonly ${propertyName(name)}: ${context.lookup(type).name};\n`;
  });
  const { name, address, names } = channel;
  const doc = docComment({ description: `The parameters of the address ${address} of channel ${name}.` });
  return {
    kind: "type",
    name: names.parameters,
    text: `${doc}export interface ${names.parameters} {\n${members.join("")}}\n`,
    imports: channel.parameters.flatMap(({ type }) => namedType(context.lookup(type)).imports),
  };
}

function channelConstant(channel: Channel, context: EmitContext): ConstantStatement {
  const { names, parameters, headers, limits } = channel;
  const checks = parameters.map(({ name, type }) => ({ name, validator: validatorOf(context.lookup(type)) }));
  const headersCheck = headers === undefined ? undefined : validatorOf(context.lookup(headers));
  const members: [string, string][] = [
    ["name", stringLiteral(channel.name)],
    ["address", stringLiteral(channel.address)],
    ["durable", String(channel.durable)],
  ];
  if (checks.length > 0) {
    const checked = checks.map(({ name, validator }) => [propertyName(name), validator.name] as const);
    members.push(["parameters", printObject(checked)]);
  }
  if (headersCheck !== undefined) members.push(["headers", headersCheck.name]);
  if (limits !== undefined) {
    const set = Object.entries(limits).map(([limit, value]) => [limit, String(value)] as const);
    members.push(["limits", printObject(set)]);
  }
  return {
    kind: "constant",
    name: names.channel,
    doc: docComment({ description: channel.description }),
    type: parameters.length === 0 ? "Channel" : `Channel<${names.parameters}>`,
    value: `/*@__PURE__*/ defineChannel(${printObject(members)})`,
    imports: [
      fromRuntime("Channel"),
      fromRuntime("defineChannel"),
      ...checks.map(({ validator }) => validator),
      ...(headersCheck === undefined ? [] : [headersCheck]),
    ],
  };
}
