import { indentLines, printList } from "./print-list.js";
import type { Flavour } from "./print-source.js";
import type { ClassStatement, DeclaredMethod, Member, Signature } from "./source-file.js";

/** A class in one flavour: as it is, without bodies, or without types. */
export function printClass(statement: ClassStatement, flavour: Flavour): string {
  const members = statement.members
    .map((member) => printMember(member, flavour))
    .filter((text) => text !== "")
    .map(indentLines);
  const body = members.length === 0 ? "" : `\n${members.join(flavour === "d.ts" ? "" : "\n")}`;
  return `${flavour === "js" ? "" : statement.doc}${classHead(statement, flavour)} {${body}}\n`;
}

function classHead(statement: ClassStatement, flavour: Flavour): string {
  if (flavour === "js") return `export class ${statement.name}`;
  const modifiers = `${flavour === "d.ts" ? "declare " : ""}${statement.abstract ? "abstract " : ""}`;
  const heritage = statement.implements === undefined ? "" : ` implements ${statement.implements}`;
  return `export ${modifiers}class ${statement.name}${heritage}`;
}

function printMember(member: Member, flavour: Flavour): string {
  switch (member.kind) {
    case "private":
      return privateField(member.name, member.type, flavour);
    case "optional":
      if (flavour === "js") return "";
      return `${flavour === "ts" ? "declare " : ""}readonly ${member.name}?: ${member.type};\n`;
    case "constructor":
      return withBody({ ...member, doc: "", name: "constructor", returns: "" }, flavour);
    case "getter":
      return withBody(
        { ...member, name: `get ${member.name}`, parameters: [], returns: member.type },
        flavour,
      );
    case "method":
      return withBody(member, flavour);
    case "declared-method":
      return flavour === "js" ? "" : declaredMethod(member);
  }
}

/** Declarations say only that there is something private, as the compiler's own do. */
function privateField(name: string, type: string, flavour: Flavour): string {
  switch (flavour) {
    case "ts":
      return `readonly #${name}: ${type};\n`;
    case "d.ts":
      return "#private;\n";
    case "js":
      return `#${name};\n`;
  }
}

function withBody(method: Signature & { readonly body: string }, flavour: Flavour): string {
  const { doc, name, parameters, body } = method;
  if (flavour === "d.ts") return `${doc}${signature(method, ";")}\n`;
  const names = parameters.map((parameter) => parameter.name);
  const head = flavour === "js" ? printList(`${name}(`, names, ") {") : `${doc}${signature(method, " {")}`;
  return `${head}\n${indentLines(body)}\n}\n`;
}

function declaredMethod(method: DeclaredMethod): string {
  const { doc, name, presence } = method;
  const marked = presence === "abstract" ? `abstract ${name}` : `${name}?`;
  return `${doc}${signature({ ...method, name: marked }, ";")}\n`;
}

function signature({ name, parameters, returns }: Signature, end: string): string {
  const typed = parameters.map(({ name, type, optional }) => `${name}${optional ? "?" : ""}: ${type}`);
  return printList(`${name}(`, typed, `)${returns === "" ? "" : `: ${returns}`}${end}`);
}
