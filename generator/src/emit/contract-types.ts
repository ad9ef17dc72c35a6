import type { Channel, Contract, PayloadType } from "../model/contract.js";
import type { EmitContext } from "./emit-context.js";
import { validatorModule } from "./module-path.js";
import type { RuntimeName } from "./runtime-imports.js";
import { fromRuntime, type Import } from "./source-file.js";

/** A type as generated code writes it, with what it needs from elsewhere. */
export interface TypeUse {
  readonly text: string;
  readonly imports: readonly Import[];
}

/** The types that a contract brings into signatures. */
export interface ContractTypes {
  readonly payload: TypeUse;
  /** `void` for events and for commands without an answer. */
  readonly reply: TypeUse;
  /** Absent when the address has no parameters. */
  readonly parameters?: TypeUse;
}

export function contractTypes(contract: Contract, channel: Channel, context: EmitContext): ContractTypes {
  return {
    payload:
      contract.payload === undefined
        ? local(contract.name, contract.names.module)
        : namedType(context.lookup(contract.payload)),
    reply:
      contract.kind === "event" || contract.reply === undefined
        ? { text: "void", imports: [] }
        : namedType(context.lookup(contract.reply)),
    ...(channel.parameters.length > 0 && {
      parameters: local(channel.names.parameters, channel.names.channelModule),
    }),
  };
}

/** `EventContract<OrderPlaced, OrdersParameters>`; parameters are left out where the address has none. */
export function genericType(name: RuntimeName, uses: readonly (TypeUse | undefined)[]): TypeUse {
  const given = uses.filter((use) => use !== undefined);
  const text = given.length === 0 ? name : `${name}<${given.map((use) => use.text).join(", ")}>`;
  return { text, imports: [fromRuntime(name), ...given.flatMap((use) => use.imports)] };
}

/** The type of the contract's own value. */
export function contractType(contract: Contract, types: ContractTypes): TypeUse {
  const { payload, reply, parameters } = types;
  switch (contract.kind) {
    case "event":
      return genericType("EventContract", [payload, parameters]);
    case "command":
      return genericType("CommandContract", [payload, reply, parameters]);
    case "query":
      return genericType("QueryContract", [payload, reply, parameters]);
  }
}

/** The contract's value. */
export function contractValue(contract: Contract): Import {
  return { name: contract.name, from: contract.names.module, use: "value" };
}

/** The validator of a named type. */
export function validatorOf(type: PayloadType): Import {
  return { name: `validate${type.name}`, from: validatorModule(type.module), use: "value" };
}

export function namedType(type: PayloadType): TypeUse {
  return local(type.name, type.module);
}

function local(name: string, module: string): TypeUse {
  return { text: name, imports: [{ name, from: module, use: "type" }] };
}
