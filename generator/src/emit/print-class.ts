import { indentLines, printList } from "./print-list.js";
import type { Flavour } from "./print-source.js";
import type { ClassStatement, DeclaredMethod, Member, MethodParameter, Signature } from "./source-file.js";

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
      return withBody(`constructor`, member.parameters, "", member.body, flavour);
    case "getter": {
      const doc = flavour === "js" ? "" : member.doc;
      return doc + withBody(`get ${member.name}`, [], member.type, member.body, flavour);
    }
    case "method": {
      const doc = flavour === "js" ? "" : member.doc;
      return doc + withBody(member.name, member.parameters, member.returns, member.body, flavour);
    }
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

function withBody(
  name: string,
  parameters: readonly MethodParameter[],
  returns: string,
  body: string,
  flavour: Flavour,
): string {
  if (flavour === "d.ts") return `${signature(name, parameters, returns, ";")}\n`;
  const head =
    flavour === "js"
      ? printList(
          `${name}(`,
          parameters.map((parameter) => parameter.name),
          ") {",
        )
      : signature(name, parameters, returns, " {");
  return `${head}\n${indentLines(body)}\n}\n`;
}

function declaredMethod({ doc, name, parameters, returns, presence }: DeclaredMethod & Signature): string {
  const [modifier, mark] = presence === "abstract" ? ["abstract ", ""] : ["", "?"];
  return `${doc}${signature(`${modifier}${name}${mark}`, parameters, returns, ";")}\n`;
}

function signature(
  name: string,
  parameters: readonly MethodParameter[],
  returns: string,
  end: string,
): string {
  const typed = parameters.map(({ name, type, optional }) => `${name}${optional ? "?" : ""}: ${type}`);
  return printList(`${name}(`, typed, `)${returns === "" ? "" : `: ${returns}`}${end}`);
}
