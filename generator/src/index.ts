export { type Finding, FindingsError, formatFinding, UsageError } from "./errors.js";
