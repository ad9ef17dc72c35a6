import { PayloadError, type PayloadErrorDetails } from "../errors.js";
import { isContainer, pathTo } from "./json-value.js";
