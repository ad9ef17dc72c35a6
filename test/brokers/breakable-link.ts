import type { BrokerUnderTest } from "@eventwright/runtime/testing";
import { FaultProxy } from "../helpers/servers/fault-proxy.js";

/** What the broker suite breaks: a proxy in front of a server, with the server's URL through it. */
export async function breakableLink(
  server: string,
): Promise<Required<Pick<BrokerUnderTest, "link" | "close">> & { readonly url: string }> {
  const proxy = await FaultProxy.start(Number(new URL(server).port));
  return {
    url: proxy.through(server),
    link: {
      hold: () => proxy.hold(),
      cut: () => {
        proxy.refuse();
        proxy.reset();
      },
      heal: () => proxy.heal(),
    },
    close: () => proxy.close(),
  };
}
