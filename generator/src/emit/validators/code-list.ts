import { _, type Code, nil } from "ajv/dist/compile/codegen/index.js";

/** `a, b, c` */
export function listCode(codes: readonly Code[]): Code {
  return joinCode(codes, (left, right) => _`${left}, ${right}`);
}

/** `a && b && c`; nothing for none. */
export function andCode(codes: readonly Code[]): Code {
  return joinCode(codes, (left, right) => _`${left} && ${right}`);
}

/** `a || b || c`; nothing for none. */
export function orCode(codes: readonly Code[]): Code {
  return joinCode(codes, (left, right) => _`${left} || ${right}`);
}

function joinCode(codes: readonly Code[], join: (left: Code, right: Code) => Code): Code {
  const [first = nil, ...others] = codes;
  return others.reduce(join, first);
}
