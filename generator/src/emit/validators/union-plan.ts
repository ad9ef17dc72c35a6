import type { InnerSchema } from "../../model/contract.js";
import type { TypeFacts } from "./facts.js";
import { allKinds, kindsOf } from "./kinds.js";
import type { ValueKind } from "./place.js";
import { findTag, type Tag } from "./tags.js";

/** How the one branch that a value can fit is found without trying: by the kind of the value, then by a tag. */
export type UnionCase =
  | { readonly kind: "branch"; readonly kinds: readonly ValueKind[]; readonly branch: InnerSchema }
  | { readonly kind: "tag"; readonly tag: Tag };

/** The cases of a union whose branches rule each other out; `undefined` when they do not. */
export function planUnion(
  branches: readonly InnerSchema[],
  types: TypeFacts,
): readonly UnionCase[] | undefined {
  const kinds = branches.map((branch) => kindsOf(branch, types));
  const cases: UnionCase[] = [];
  const byBranch = new Map<InnerSchema, ValueKind[]>();
  for (const kind of allKinds) {
    const fitting = branches.filter((_, index) => kinds[index]?.has(kind));
    const [only] = fitting;
    if (only === undefined) continue;
    if (fitting.length === 1) {
      byBranch.set(only, [...(byBranch.get(only) ?? []), kind]);
      continue;
    }
    const tag = kind === "object" ? findTag(fitting, types) : undefined;
    if (tag === undefined) return undefined;
    cases.push({ kind: "tag", tag });
  }
  for (const [branch, branchKinds] of byBranch) cases.push({ kind: "branch", kinds: branchKinds, branch });
  return cases;
}
