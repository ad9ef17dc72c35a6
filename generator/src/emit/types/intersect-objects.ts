import type { MemberNode, ObjectNode, TypeNode } from "./type-node.js";

type Intersect = (one: TypeNode, other: TypeNode) => TypeNode;

/**
 * One object that both describe. A member that only one of them lists must fit what the other says of members that
 * it does not list; one that says nothing of those only closes what nobody lists.
 */
export function intersectObjects(one: ObjectNode, other: ObjectNode, intersect: Intersect): ObjectNode {
  const others = new Map(other.members.map((member) => [member.name, member]));
  const names = new Set(one.members.map(({ name }) => name));
  const members = [
    ...one.members.map((member) => {
      const same = others.get(member.name);
      return same === undefined ? withRest(member, other, intersect) : mergeMembers(member, same, intersect);
    }),
    ...other.members.filter(({ name }) => !names.has(name)).map((member) => withRest(member, one, intersect)),
  ];
  const rest =
    one.rest === undefined || other.rest === undefined
      ? (one.rest ?? other.rest)
      : intersect(one.rest, other.rest);
  return { kind: "object", members, ...(rest && { rest }), closed: one.closed || other.closed };
}

function withRest(member: MemberNode, { rest }: ObjectNode, intersect: Intersect): MemberNode {
  return rest === undefined ? member : { ...member, type: intersect(member.type, rest) };
}

function mergeMembers(one: MemberNode, other: MemberNode, intersect: Intersect): MemberNode {
  const schema = one.schema ?? other.schema;
  return {
    name: one.name,
    required: one.required || other.required,
    type: intersect(one.type, other.type),
    ...(schema !== undefined && { schema }),
  };
}
