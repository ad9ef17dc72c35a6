/** Needs `@opentelemetry/api`. */
export { type OpenTelemetryOptions, openTelemetry } from "./opentelemetry/middleware.js";
