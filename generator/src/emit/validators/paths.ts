import { _Code } from "ajv/dist/compile/codegen/code.js";
import { _, type Code, type Name, stringify } from "ajv/dist/compile/codegen/index.js";

/**
 * Expressions of JSON Pointers. They are joined as texts: the template of ajv's code generator goes through all parts
 * of a path again for each step, which is felt in schemas hundreds of levels deep.
 */

/** The path to a member, or to an item of a known index. */
export function stepTo(path: Code, name: string): Code {
  return appendText(path, `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`);
}

/** The path to the item whose index is in a variable. */
export function stepToItem(path: Code, index: Name): Code {
  return append(appendText(path, "/"), index);
}

/** The path to the member whose name is in a variable; `pointer` is the function that makes a step of it. */
export function stepToMember(path: Code, key: Name, pointer: Name): Code {
  return append(path, _`${pointer}(${key})`);
}

/** A path that ends in a literal, as most do, grows by that literal. */
function appendText(path: Code, text: string): Code {
  const code = path.toString();
  const literal = stringify(text);
  return code.endsWith('"')
    ? new _Code(`${code.slice(0, -1)}${literal.toString().slice(1)}`)
    : append(path, literal);
}

function append(path: Code, step: Code): Code {
  return new _Code(path.toString() === '""' ? step.toString() : `${path}+${step}`);
}
