import { _, type Code, getProperty, type Name } from "ajv/dist/compile/codegen/index.js";
import type { FunctionScope } from "./function-scope.js";

/** The value of a member, as an expression; `undefined` when it is not there. */
export function memberValue(scope: FunctionScope, members: Name, name: string): Code {
  // These names reach what every object inherits.
  if (name in Object.prototype) return _`${scope.runtime("own")}(${members}, ${name})`;
  return _`${members}${getProperty(name)}`;
}
