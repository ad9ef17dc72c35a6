import { redisForFile } from "../../helpers/servers/shared.js";
import { testTwoVersions } from "../two-versions.js";
import { makeNode } from "./world.js";

const redis = redisForFile();

testTwoVersions("redis", (options) => makeNode({ url: redis().url }, options).bus);
