import { type RuntimeName, runtimeImports, runtimeModule } from "./runtime-imports.js";

/**
 * One module of the output as plain data. The three texts that it can become (`ts`, `d.ts`, `js`) are all printed
 * from here by `print-source.ts`, so they cannot disagree.
 */
export interface SourceFile {
  /** Module path: without extension, relative to the output folder, with forward slashes. */
  readonly module: string;
  /** The users' files that it is made from, for the header. */
  readonly sources: readonly string[];
  readonly statements: readonly Statement[];
}

export type Statement = TypeStatement | ConstantStatement | ClassStatement | ReExport;

/** A name that a statement needs from another module. What stands in the same module is no import. */
export interface Import {
  readonly name: string;
  /** Module path, or {@link runtimeModule}. */
  readonly from: string;
  readonly use: "type" | "value";
}

/** The declaration of an interface or type alias, ready as text, with its doc comment and `export`. */
export interface TypeStatement {
  readonly kind: "type";
  readonly name: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

/** An exported constant with a declared type. */
export interface ConstantStatement {
  readonly kind: "constant";
  readonly name: string;
  /** Ready as text. */
  readonly doc: string;
  readonly type: string;
  /** Expression without any type syntax. */
  readonly value: string;
  readonly imports: readonly Import[];
}

/** An exported class without a base class. */
export interface ClassStatement {
  readonly kind: "class";
  readonly name: string;
  readonly doc: string;
  readonly abstract: boolean;
  readonly implements?: string;
  readonly members: readonly Member[];
  readonly imports: readonly Import[];
}

export type Member = PrivateField | OptionalField | Constructor | Getter | Method | DeclaredMethod;

/** `readonly #bus: Bus` */
export interface PrivateField {
  readonly kind: "private";
  readonly name: string;
  readonly type: string;
}

/** `declare readonly options?: ListenerOptions`: for sub-classes to set. */
export interface OptionalField {
  readonly kind: "optional";
  readonly name: string;
  readonly type: string;
}

export interface Constructor {
  readonly kind: "constructor";
  readonly parameters: readonly MethodParameter[];
  readonly body: string;
}

export interface Getter {
  readonly kind: "getter";
  readonly doc: string;
  readonly name: string;
  readonly type: string;
  readonly body: string;
}

export interface Signature {
  readonly doc: string;
  readonly name: string;
  readonly parameters: readonly MethodParameter[];
  readonly returns: string;
}

export interface Method extends Signature {
  readonly kind: "method";
  readonly body: string;
}

/** A method that sub-classes write: they must, or they may. */
export interface DeclaredMethod extends Signature {
  readonly kind: "declared-method";
  readonly presence: "abstract" | "optional";
}

export interface MethodParameter {
  readonly name: string;
  readonly type: string;
  readonly optional?: boolean;
}

/** `export { … } from`; without names, `export *`. */
export interface ReExport {
  readonly kind: "re-export";
  readonly from: string;
  readonly names?: readonly ExportedName[];
}

export interface ExportedName {
  readonly name: string;
  /** `value` also stands for a name that is a type as well. */
  readonly use: "type" | "value";
}

/** The import of a name of the runtime. */
export function fromRuntime(name: RuntimeName): Import {
  return { name, from: runtimeModule, use: runtimeImports[name] };
}
