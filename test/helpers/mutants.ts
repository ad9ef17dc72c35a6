/** JSON as `JSON.parse` gives it, to be changed in place. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

type Schema = { readonly [keyword: string]: unknown };

/** One small change of a valid payload that its schema does not allow, and where the violation must be found. */
export interface Mutant {
  readonly kind: "required" | "type" | "enum";
  readonly path: string;
}

/**
 * Changes a payload in place, one change after the other, and calls `visit` while each is in force. Follows
 * `properties`, single-schema `items` and references below `#/definitions/`; does not look into unions, where another
 * branch might allow the change.
 */
export function forEachMutant(
  definitions: { readonly [name: string]: Schema },
  schema: Schema,
  payload: Json,
  visit: (mutant: Mutant) => void,
): void {
  walk(schema, payload, "");

  function walk(given: Schema, value: Json, path: string): void {
    const at = resolve(given);
    if (Array.isArray(value)) {
      const first = value[0];
      if (first === undefined || !isSchema(at.items)) return;
      mutateMember(value, 0, at.items, `${path}/0`);
      walk(at.items, first, `${path}/0`);
    } else if (typeof value === "object" && value !== null) {
      for (const name of listOf(at.required)) removeMember(value, name, path);
      if (!isSchema(at.properties)) return;
      for (const [name, member] of Object.entries(value)) {
        const memberSchema = at.properties[name];
        if (!isSchema(memberSchema)) continue;
        mutateMember(value, name, memberSchema, `${path}/${step(name)}`);
        walk(memberSchema, member, `${path}/${step(name)}`);
      }
    }
  }

  function removeMember(holder: { [name: string]: Json }, name: string, path: string): void {
    const kept = holder[name];
    if (kept === undefined) return;
    delete holder[name];
    visit({ kind: "required", path: `${path}/${step(name)}` });
    holder[name] = kept;
  }

  function mutateMember(holder: Json, name: string | number, given: Schema, path: string): void {
    const at = resolve(given);
    const types = listOf(at.type);
    const wrong = types.includes("string") ? 7 : "text";
    if (types.length > 0 && !types.includes("number") && !types.includes("integer"))
      replace(holder, name, wrong, { kind: "type", path });
    if (types.includes("string") && listOf(at.enum).length > 0)
      replace(holder, name, "no such value", { kind: "enum", path });
  }

  function replace(holder: Json, name: string | number, value: Json, mutant: Mutant): void {
    const members = holder as { [name: string | number]: Json };
    const kept = members[name] ?? null;
    members[name] = value;
    visit(mutant);
    members[name] = kept;
  }

  function resolve(schema: Schema): Schema {
    const { $ref } = schema;
    if (typeof $ref !== "string") return schema;
    const target = definitions[$ref.slice("#/definitions/".length)];
    if (target === undefined) throw new Error(`no definition ${$ref}`);
    return resolve(target);
  }
}

function isSchema(value: unknown): value is Schema & { readonly [name: string]: Schema } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): string[] {
  const list = Array.isArray(value) ? value : [value];
  return list.filter((item) => typeof item === "string");
}

function step(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}
