import { _ } from "ajv/dist/compile/codegen/index.js";
import type { FunctionScope, Parameter } from "./function-scope.js";
import { isNoneOf, isOneOf, type KindTest, membersOf } from "./kind-tests.js";
import type { Place } from "./place.js";

/** What to check of values of some kinds; nothing without `emit`. */
export interface KindCase extends KindTest {
  readonly emit?: (place: Place) => void;
}

/** What is said of a value that no case takes. */
export interface Refusal {
  readonly keyword: string;
  readonly parameter: Parameter;
}

/**
 * Emits one case for each kind of value. Without a refusal, kinds that no case takes pass. Returns the place with all
 * that is known about the value afterwards.
 */
export function emitByKind(
  scope: FunctionScope,
  place: Place,
  allCases: readonly KindCase[],
  refusal?: Refusal,
): Place {
  const cases = allCases.flatMap((each) => possibleCase(each, place));
  const taken = new Set(cases.flatMap(({ kinds }) => kinds));
  const certain = new Set(cases.flatMap(({ kinds, numbers }) => (numbers === undefined ? kinds : [])));
  const isComplete = place.kinds !== undefined && [...place.kinds].every((kind) => certain.has(kind));
  const refuse = isComplete ? undefined : refusal;
  const free = cases.filter(({ emit }) => emit === undefined);
  const checked = cases.filter(({ emit }) => emit !== undefined);
  if (cases.length === 0) {
    if (refusal !== undefined) scope.refuse(place, refusal.keyword, refusal.parameter);
    return place;
  }
  if (checked.length === 0) {
    if (refuse !== undefined) {
      scope.refuseIf(isNoneOf(scope, place, free), place, refuse.keyword, refuse.parameter);
    }
    return refusal === undefined ? place : { ...place, kinds: taken };
  }
  const [only] = checked;
  if (only?.emit !== undefined && cases.length === 1 && (isComplete || refuse !== undefined)) {
    return emitOnly(scope, place, only, refuse);
  }
  if (free.length === 0) emitChain(scope, place, checked, refuse);
  else scope.gen.if(isNoneOf(scope, place, free), () => emitChain(scope, place, checked, refuse));
  return refusal === undefined ? place : { ...place, kinds: taken };
}

/** The case for those kinds that the value can still be. */
function possibleCase(each: KindCase, place: Place): readonly KindCase[] {
  const kinds = each.kinds.filter((kind) => place.kinds?.has(kind) ?? true);
  return kinds.length === 0 ? [] : [{ ...each, kinds }];
}

/** The only case: its checks stand at the level of the place, and what they learn holds afterwards. */
function emitOnly(scope: FunctionScope, place: Place, only: KindCase, refuse: Refusal | undefined): Place {
  const { kinds, emit } = only;
  const isObject = kinds.length === 1 && kinds[0] === "object";
  const members = isObject ? (place.members ?? scope.gen.const("o", membersOf(scope, place))) : place.members;
  const inside: Place = { ...place, kinds: new Set(kinds), ...(members !== undefined && { members }) };
  if (refuse !== undefined) {
    const wrong = isObject && members !== undefined ? _`!${members}` : isNoneOf(scope, place, [only]);
    scope.refuseIf(wrong, place, refuse.keyword, refuse.parameter);
  }
  emit?.(inside);
  return inside;
}

/** One case after the other, objects last: to tell an object is to get hold of its members. */
function emitChain(
  scope: FunctionScope,
  place: Place,
  cases: readonly KindCase[],
  refuse: Refusal | undefined,
): void {
  const { gen } = scope;
  const isObject = ({ kinds }: KindCase): boolean => kinds.length === 1 && kinds[0] === "object";
  const ordered = [...cases.filter((each) => !isObject(each)), ...cases.filter(isObject)];
  const last = ordered.pop();
  if (last === undefined) return;
  ordered.forEach((each, index) => {
    const condition = isOneOf(scope, place, each);
    if (index === 0) gen.if(condition);
    else gen.elseIf(condition);
    each.emit?.({ ...place, kinds: new Set(each.kinds) });
  });
  if (ordered.length > 0) gen.else();
  emitLast(scope, place, last, refuse);
  if (ordered.length > 0) gen.endIf();
}

function emitLast(scope: FunctionScope, place: Place, last: KindCase, refuse: Refusal | undefined): void {
  const { gen } = scope;
  if (refuse !== undefined) {
    emitOnly(scope, place, last, refuse);
    return;
  }
  const kinds = new Set(last.kinds);
  if (place.members === undefined && kinds.size === 1 && kinds.has("object")) {
    const members = gen.const("o", membersOf(scope, place));
    gen.if(members, () => last.emit?.({ ...place, kinds, members }));
    return;
  }
  gen.if(isOneOf(scope, place, last), () => last.emit?.({ ...place, kinds }));
}
