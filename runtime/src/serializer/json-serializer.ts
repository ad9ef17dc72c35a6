import { assertJson, readJson, writeJson } from "../contract/json.js";
import type { Serializer } from "./serializer.js";

/** UTF-8 JSON, the default. */
export const jsonSerializer: Serializer = {
  contentType: "application/json",
  serialize: writeJson,
  check: assertJson,
  deserialize: readJson,
};
