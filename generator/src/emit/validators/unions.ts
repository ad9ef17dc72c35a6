import { _ } from "ajv/dist/compile/codegen/index.js";
import type { InnerSchema } from "../../model/contract.js";
import { emitByKind, type KindCase } from "./by-kind.js";
import { listCode, orCode } from "./code-list.js";
import { declaredBy, declaresAnything } from "./declared.js";
import type { TypeFacts } from "./facts.js";
import { type FunctionScope, optional } from "./function-scope.js";
import { isFree } from "./kinds.js";
import { memberValue } from "./member-access.js";
import { stepTo } from "./paths.js";
import { isReader, type Place, partArgument, type ValueKind } from "./place.js";
import type { Tag } from "./tags.js";
import { planUnion, type UnionCase } from "./union-plan.js";

/** `anyOf` or `oneOf`: through the kind of the value or a tag where these tell the branches apart, else by trial. */
export function emitUnion(
  scope: FunctionScope,
  keyword: "anyOf" | "oneOf",
  branches: readonly InnerSchema[],
  place: Place,
): void {
  const plan = planUnion(branches, scope.module.types);
  if (plan === undefined) emitTrial(scope, keyword, branches, place);
  else emitPlan(scope, keyword, plan, place);
}

/** Whether each value that fits is looked at by a branch that speaks for it alone. */
export function unionVouches(
  keyword: "anyOf" | "oneOf",
  branches: readonly InnerSchema[],
  place: Place,
  types: TypeFacts,
): boolean {
  if (planUnion(branches, types) !== undefined) return !branches.includes(true);
  return place.part === undefined && !mayJoin(keyword, branches, place, types);
}

function emitTrial(
  scope: FunctionScope,
  keyword: "anyOf" | "oneOf",
  branches: readonly InnerSchema[],
  place: Place,
): void {
  const part = partArgument(place);
  const arePart = part !== undefined || mayJoin(keyword, branches, place, scope.module.types);
  const list = listCode(branches.map((branch) => scope.branch(branch, arePart)));
  const call = _`${scope.runtime(keyword)}(${place.data}, ${place.closed}, [${list}]${optional(part)})`;
  scope.passOn(call, place.path);
}

/** Several branches that fit together may declare what none of them does alone. */
function mayJoin(
  keyword: "anyOf" | "oneOf",
  branches: readonly InnerSchema[],
  place: Place,
  types: TypeFacts,
): boolean {
  if (keyword === "oneOf" || !place.root || isReader(place)) return false;
  return branches.filter((branch) => declaresAnything(declaredBy(branch, types))).length > 1;
}

function emitPlan(
  scope: FunctionScope,
  keyword: "anyOf" | "oneOf",
  plan: readonly UnionCase[],
  place: Place,
): void {
  const cases = plan.map((each): KindCase => {
    if (each.kind === "tag") return { kinds: ["object"], emit: (inside) => emitTag(scope, each.tag, inside) };
    const { kinds, branch } = each;
    if (accepts(branch, kinds)) return { kinds };
    return { kinds, emit: (inside) => scope.emit(branch, inside) };
  });
  emitByKind(scope, place, cases, { keyword, parameter: plan.flatMap(kindsOfCase) });
}

function kindsOfCase(each: UnionCase): readonly ValueKind[] {
  return each.kind === "tag" ? ["object"] : each.kinds;
}

/** Whether a schema asks nothing of values of these kinds, in a way that is easily seen. */
function accepts(schema: InnerSchema, kinds: readonly ValueKind[]): boolean {
  if (typeof schema === "boolean") return schema;
  const isNull = kinds.length === 1 && kinds[0] === "null";
  const { type: _type, const: _const, enum: _enum, ...others } = schema;
  return isNull && isFree(others);
}

function emitTag(scope: FunctionScope, { name, cases }: Tag, place: Place): void {
  const { gen } = scope;
  if (place.members === undefined) return;
  const data = gen.const("d", memberValue(scope, place.members, name));
  cases.forEach(({ values, branch }, index) => {
    const condition = orCode(values.map((value) => _`${data} === ${value}`));
    if (index === 0) gen.if(condition);
    else gen.elseIf(condition);
    scope.emit(branch, place);
  });
  gen.else();
  const allowed = cases.flatMap(({ values }) => values);
  scope.refuse({ ...place, data }, "enum", allowed, stepTo(place.path, name));
  gen.endIf();
}
