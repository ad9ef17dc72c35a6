export { VirtualClock } from "./testing/virtual-clock.js";
