import type { ContractSet, PayloadType, TypeReference } from "../model/contract.js";
import type { Target } from "../options.js";
import { relativeSpecifier, validatorModule } from "./module-path.js";
import { header, type OutputFile } from "./output-file.js";
import { runtimeModule } from "./runtime-imports.js";
import { emitSchema } from "./validators/emit-schema.js";
import { ModuleScope, validatorName } from "./validators/module-scope.js";
import { TypeTable } from "./validators/type-table.js";

/**
 * The validators of all types: for each module with payload types one of JavaScript, which imports nothing but the
 * runtime and other validators. Exported is what contracts, channels and other modules use. Target `ts` needs
 * declarations of them, too; in target `js`, no compiler ever comes to a validator.
 */
export function emitValidators(set: ContractSet, target: Target): readonly OutputFile[] {
  const table = new TypeTable(set.types);
  const types = groupBy(set.types, ({ module }) => module);
  const scopes = emitModules(types, table);
  const exported = exportedTypes(set, [...scopes.values()]);
  return [...types].flatMap(([module, moduleTypes]) => {
    const scope = scopes.get(module);
    return scope === undefined ? [] : printModule(module, moduleTypes, scope, { table, exported, target });
  });
}

/** Until no module asks a validator for more than it was made for: mostly once, for a few modules twice. */
function emitModules(
  types: ReadonlyMap<string, readonly PayloadType[]>,
  table: TypeTable,
): ReadonlyMap<string, ModuleScope> {
  const scopes = new Map<string, ModuleScope>();
  let stale = [...types.keys()];
  while (stale.length > 0) {
    const before = new Set(table.parts);
    for (const module of stale) scopes.set(module, emitModule(module, types.get(module) ?? [], table));
    const asked = [...table.parts].filter((key) => !before.has(key));
    stale = [...new Set(asked.map((key) => table.lookup(key).module))];
  }
  return scopes;
}

function emitModule(module: string, types: readonly PayloadType[], table: TypeTable): ModuleScope {
  const scope = new ModuleScope(module, table, emitSchema);
  for (const { key, name, schema } of types) scope.define(validatorName(name), schema, table.parts.has(key));
  return scope;
}

/** The types whose validators others import. */
function exportedTypes(set: ContractSet, scopes: readonly ModuleScope[]): ReadonlySet<TypeReference> {
  const exported = new Set(scopes.flatMap(({ foreignTypes }) => [...foreignTypes]));
  for (const { headers, parameters, contracts } of set.channels) {
    if (headers !== undefined) exported.add(headers);
    for (const { type } of parameters) exported.add(type);
    for (const contract of contracts) {
      if (contract.payload !== undefined) exported.add(contract.payload);
      if (contract.kind !== "event" && contract.reply !== undefined) exported.add(contract.reply);
    }
  }
  return exported;
}

interface PrintContext {
  readonly table: TypeTable;
  readonly exported: ReadonlySet<TypeReference>;
  readonly target: Target;
}

function printModule(
  module: string,
  types: readonly PayloadType[],
  scope: ModuleScope,
  { table, exported, target }: PrintContext,
): readonly OutputFile[] {
  const first = header([...new Set(types.map(({ source }) => source.file))].toSorted());
  const names = types.filter(({ key }) => exported.has(key)).map(({ name }) => `${validatorName(name)}`);
  const imports = [...scope.foreignTypes].map((key) => table.lookup(key));
  const path = validatorModule(module);
  const js = [
    first,
    printImport([...scope.runtimeNames], runtimeModule),
    ...Array.from(
      groupBy(imports, (type) => type.module),
      ([from, foreign]) =>
        printImport(
          foreign.map(({ name }) => `${validatorName(name)}`),
          relativeSpecifier(path, validatorModule(from)),
        ),
    ).toSorted(),
    scope.constants(),
    ...Array.from(scope.functions, ([name, text]) => (names.includes(name) ? `export ${text}` : text)),
  ];
  const code = { path: `${path}.js`, text: js.join("") };
  if (target === "js") return [code];
  const declarations = [
    first,
    `import type { Validator } from "${runtimeModule}";\n`,
    ...names.map((name) => `export declare const ${name}: Validator;\n`),
  ];
  return [code, { path: `${path}.d.ts`, text: declarations.join("") }];
}

function printImport(names: readonly string[], from: string): string {
  return names.length === 0
    ? ""
    : `import { ${names.toSorted().join(", ")} } from ${JSON.stringify(from)};\n`;
}

function groupBy<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
