import type { FaultProxy } from "../../helpers/servers/fault-proxy.js";
import { type FaultKind, type FaultKinds, only } from "./fault-kind.js";

/** What becomes of the way to the servers. */
export const linkFaults = {
  "connections reset": { strike: once((proxy) => proxy.reset()) },
  "connections cut": { strike: once((proxy) => proxy.cut()) },
  "links half-open": { outage: true, strike: onLinks((proxy) => proxy.hold()) },
  "answers lost": { outage: true, strike: onLinks((proxy) => proxy.lose("toClient")) },
  "handshake never ends": {
    outage: true,
    strike: onLinks((proxy) => {
      proxy.reset();
      proxy.hold();
    }),
  },
  "links slow": { strike: onLinks((proxy) => proxy.delay(200)) },
  "links thin": { strike: onLinks((proxy) => proxy.throttle(10_000)) },
} satisfies FaultKinds;

function once(strike: (proxy: FaultProxy) => void): FaultKind["strike"] {
  return only(({ world: { proxies } }) => {
    for (const proxy of proxies) strike(proxy);
  });
}

/** Until the proxies heal. */
function onLinks(strike: (proxy: FaultProxy) => void): FaultKind["strike"] {
  return ({ world: { proxies } }) => {
    for (const proxy of proxies) strike(proxy);
    return async () => {
      await Promise.all(proxies.map((proxy) => proxy.heal()));
    };
  };
}
