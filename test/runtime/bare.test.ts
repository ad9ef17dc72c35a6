import { expect, test } from "vitest";
import { Bare } from "../../runtime/src/broker/bare.js";

test.for(["constructor", "toString", "__proto__", "hasOwnProperty"])(
  "bare objects: %s is absent until it is set, and is a member like others then",
  (name) => {
    const bare = new Bare<string>();
    expect(name in bare).toBe(false);
    bare[name] = "set";
    expect(Object.entries(bare)).toEqual([[name, "set"]]);
    expect(name in new Bare()).toBe(false);
  },
);
