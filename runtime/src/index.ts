export * from "./contract.js";
export { EventwrightError, PayloadError } from "./errors.js";
