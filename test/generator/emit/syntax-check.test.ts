import { ts } from "ts-morph";
import { describe, expect, test } from "vitest";
import { checkOutput, checkSyntax, isKnownToBeSafe } from "../../../generator/src/emit/syntax-check.js";

const neighbours = ["orders/other.ts", "orders/other.validator.js", "shared/money.js"].map((path) => ({
  path,
  text: "export {};\n",
}));

const outputPaths = new Set(neighbours.map(({ path }) => path));

function check(path: string, text: string): void {
  checkSyntax([{ path, text }, ...neighbours], ts);
}

function isKnown(path: string, text: string): boolean {
  return isKnownToBeSafe({ path, text }, outputPaths);
}

const runtime = '"@eventwright/runtime/contract"';

/** What every emitted module may hold. */
const sound: readonly string[] = [
  "export {};",
  'export * from "./other.js";',
  'export { A, type B } from "./other.js";',
  'import type { Money } from "../shared/money.js";\nexport type A = Money;',
  "/** */ export interface A { readonly a?: -1 | null; readonly [name: string]: unknown; }",
  'export type A = readonly ["a", ...A[]] | { readonly "a-b": string & {} };',
  `import { defineEvent } from ${runtime};\nexport type A = 1;\nexport const A: A = /*@__PURE__*/ defineEvent({ name: "A", version: 1 });`,
  `import { defineChannel } from ${runtime};\nexport const a = defineChannel({ parameters: { ["__proto__"]: defineChannel } });`,
  "export class A { #bus; constructor(bus) { this.#bus = bus; } m(a) { return this.#bus.publish(a, undefined); } }",
];

/** What a schema's text would have to become to do harm, and what a slip of an emitter would look like. */
const breaches: readonly (readonly [message: string, code: string])[] = [
  ["it does not parse", "export type A = ;"],
  ["a comment orders the compiler", "/** @ts-ignore */\nexport type A = 1;"],
  ["a comment orders the compiler", '/// <reference path="other.ts" />\nexport type A = 1;'],
  ["unexpected form of import", 'import "./other.js";'],
  ["unexpected form of import", 'import other from "./other.js";'],
  ["unexpected form of import", 'import * as other from "./other.js";'],
  ["unexpected form of import", 'import { A as B } from "./other.js";'],
  ["unexpected form of import", 'import { A } from "./other.js" with { type: "json" };'],
  ["unexpected form of export", 'export * as other from "./other.js";'],
  ["unexpected form of export", 'export { A as B } from "./other.js";'],
  ["unexpected form of export", "export { A };"],
  ["unexpected import from the runtime", `import { EventBus } from ${runtime};`],
  ["unexpected import from the runtime", `import { toString } from ${runtime};`],
  ["unexpected module", 'import { exec } from "node:child_process";'],
  ["unexpected module", 'import { A } from "./missing.js";'],
  ["unexpected module", 'import { A } from "../../outside.js";'],
  ["unexpected module", 'import { A } from "/shared/money.js";'],
  ["unexpected module", 'export * from "https://example.com/a.js";'],
  ["unexpected ExpressionStatement", "alert;"],
  ["unexpected FunctionDeclaration", "function a() {}"],
  ["unexpected ModuleDeclaration", "declare global {}"],
  ["unexpected ExportAssignment", "export default {};"],
  ["unexpected EnumDeclaration", "export enum A {}"],
  ["unexpected call", 'export const a = import("./other.js");'],
  ["unexpected ImportType", 'export type A = import("./other.js").A;'],
  ["unexpected NewExpression", 'export const a = new Function("");'],
  ["unexpected ArrowFunction", "export const a = () => 1;"],
  ["unexpected TaggedTemplateExpression", "export const a = String.raw``;"],
  [
    "unexpected ElementAccessExpression",
    'import { A } from "./other.js";\nexport const a = A["constructor"];',
  ],
  ["unexpected ClassStaticBlockDeclaration", "export class A { static {} }"],
  ["unexpected Decorator", 'import { A } from "./other.js";\n@A export class B {}'],
  ["unexpected variable", "export let a = 1;"],
  ["unexpected base class", 'import { A } from "./other.js";\nexport class B extends A {}'],
  ["unexpected computed name", 'import { A } from "./other.js";\nexport const a = { [A]: 1 };'],
  ["a prototype is set", "export const a = { __proto__: [] };"],
  ["a prototype is set", 'export const a = { "__proto__": [] };'],
  ["unexpected name from elsewhere", "export const a = process;"],
  ["unexpected name from elsewhere", "export const a = { globalThis };"],
  ["unexpected name from elsewhere", "export class A { m(a = globalThis) {} }"],
  ["unexpected call", 'export const a = eval("");'],
  ["unexpected name from elsewhere", "export type A = readonly Missing[];"],
  ["unexpected QualifiedName", "export interface A { readonly a: globalThis.Window; }"],
  ["unexpected name from elsewhere", "export class A implements Missing {}"],
  ["unexpected call", "export class A { m(a) { return a(); } }"],
  ["unexpected call", 'import { A } from "./other.js";\nexport const a = A.constructor("");'],
  ["unexpected member", 'import { A } from "./other.js";\nexport const a = A.prototype;'],
  ["unexpected member", "export class A { m() { return this.#bus.close; } }"],
  ["unexpected assignment", "export class A { m() { this.#bus.publish = 1; } }"],
];

/** What validators look like. */
const soundValidators: readonly string[] = [
  `import { fail, members } from ${runtime};
const names0 = ["a"];
const pattern0 = /* @__PURE__ */ new RegExp("^a$", "u");
function validateA(data, closed) {
let v0;
const object0 = members(data);
if (object0 === undefined) return fail("", "type", "object", data);
for (let i0 = 0; i0 < data.length; i0++) if (!pattern0.test(data[i0]) && closed) continue;
if ((v0 = validateA(object0.a, closed)) !== undefined) return v0;
return typeof data === "string" ? { path: "" } : undefined;
}
export { validateA };`,
  'import { validateB } from "./other.validator.js";\nfunction validateA(data, closed) { return validateB(data, closed); }',
];

/** Code in a validator that does more than look at its data. */
const validatorBreaches: readonly (readonly [message: string, code: string])[] = [
  ["unexpected name from elsewhere", "return process;"],
  ["unexpected name from elsewhere", "return globalThis.process;"],
  ["unexpected call", 'eval("");'],
  ["unexpected call", 'Function("")();'],
  ["unexpected call", 'require("fs");'],
  ["unexpected call", 'import("fs");'],
  ["unexpected call", "data();"],
  ["unexpected call", "data.constructor();"],
  ["unexpected call", 'data.constructor.constructor("")();'],
  ["unexpected call", 'data["constructor"]("");'],
  ["unexpected call", "const f = data; f();"],
  ["unexpected call", "(0, data)();"],
  ["unexpected class", "new data();"],
  ["unexpected class", 'new Function("");'],
  ["unexpected assignment", "data.a = 1;"],
  ["unexpected assignment", "data.a++;"],
  ["unexpected assignment", 'Array["prototype"] = 1;'],
  ["unexpected assignment", "Array = data;"],
  ["unexpected assignment", "undefined = data;"],
  ["unexpected assignment", "validateA = data;"],
  ["unexpected assignment", "for (Array in data) {}"],
  ["unexpected declaration", "const Array = data;"],
  ["unexpected declaration", "let validateA = data;"],
  ["unexpected WhileStatement", "while (true) {}"],
  ["unexpected ThrowStatement", "throw data;"],
  ["unexpected DeleteExpression", "delete data.a;"],
  ["unexpected ThisKeyword", "return this;"],
  ["unexpected ClassExpression", "return class {};"],
  ["unexpected MetaProperty", "return import.meta;"],
  ["unexpected TaggedTemplateExpression", "data``;"],
  ["unexpected SpreadElement", "return [...data];"],
  ["unexpected RegularExpressionLiteral", "return /a/;"],
  ["a prototype is set", "return { __proto__: data };"],
];

describe("syntax check", () => {
  test("asks the compiler about what it does not know by its looks", async () => {
    const unusual = { path: "orders/a.ts", text: "export type A = { a: 1 }['a'];" };
    expect(isKnownToBeSafe(unusual, outputPaths)).toBe(false);
    await expect(checkOutput([unusual, ...neighbours])).resolves.toBeUndefined();
    await expect(checkOutput([{ ...unusual, text: "alert;" }, ...neighbours])).rejects.toThrow(
      "orders/a.ts:1:1 is not safe to write: unexpected ExpressionStatement",
    );
  });

  test.each(sound)("lets pass: %s", (text) => {
    expect(() => check("orders/a.ts", text)).not.toThrow();
  });

  test.each(breaches)("refuses as %s: %s", (message, text) => {
    expect(() => check("orders/a.ts", text)).toThrow(new RegExp(`orders/a\\.ts:\\d+:\\d+ .*: ${message}$`));
    expect(isKnown("orders/a.ts", text)).toBe(false);
  });

  test("holds declarations and JavaScript to the same rules", () => {
    for (const path of ["orders/a.js", "orders/a.d.ts", "orders/a.validator.d.ts"]) {
      expect(() => check(path, "export const a = process;"), path).toThrow("unexpected name from elsewhere");
    }
  });

  test.each(soundValidators)("lets pass as a validator: %s", (text) => {
    expect(() => check("orders/a.validator.js", text)).not.toThrow();
  });

  test.each(validatorBreaches)("refuses in a validator as %s: %s", (message, code) => {
    const text = `function validateA(data) { ${code} }`;
    expect(() => check("orders/a.validator.js", text)).toThrow(new RegExp(`: ${message}$`));
    expect(isKnown("orders/a.validator.js", text)).toBe(false);
  });
});
