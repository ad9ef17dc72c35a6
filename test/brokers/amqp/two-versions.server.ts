import { rabbitmqForFile } from "../../helpers/servers/shared.js";
import { testTwoVersions } from "../two-versions.js";
import { makeNode } from "./world.js";

const rabbitmq = rabbitmqForFile();

testTwoVersions("amqp", (bus) => makeNode(rabbitmq().url, { bus }).bus);
