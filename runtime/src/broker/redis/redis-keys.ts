/** The keys of one stream and of what belongs to it; all lie in one hash slot of a cluster. */
export interface StreamKeys {
  readonly stream: string;
  /** The group of a listener; all handlers of a request are one, whatever they are called. */
  groupOf(listener: string): string;
  /** Entries that a group gets again; read by that group alone. */
  retry(group: string): string;
  /** A sorted set of what a group gets again later, by the time it is due. */
  later(group: string): string;
  /** Which member of an exclusive group is the active one. */
  active(group: string): string;
  /** What the members of a group take. */
  takes(group: string): string;
  /** Dead letters of a listener. */
  dead(listener: string): string;
  /** A sorted set of events that were published with a delay, by the time they are due. */
  readonly delayed: string;
  /** A sorted set of ids that were published, by the time until which they count. */
  readonly published: string;
  /** For how many milliseconds events are retained that all have handled. */
  readonly retained: string;
}

/** Names of everything that the broker keeps on the server. */
export class RedisKeys {
  readonly #prefix: string;

  /** The prefix holds no braces: these mark the part of a key that names its hash slot. */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** A Pub/Sub channel. */
  channel(address: string): string {
    return this.#prefix + address;
  }

  /** The address of a Pub/Sub channel of ours. */
  addressOf(channel: string): string {
    return channel.slice(this.#prefix.length);
  }

  /** Where all patterns of addresses that `*` and `#` stand for are found, and more: Redis' `*` also matches dots. */
  glob(pattern: string): string {
    const glob = pattern.replace(/[\\[\]?]/g, "\\$&").replace(/(^|\.)#$/, "*");
    return this.#prefix.replace(/[\\[\]?*]/g, "\\$&") + glob;
  }

  /** Events of a channel that is durable. */
  events(channelAddress: string): StreamKeys {
    return streamKeys(this.#prefix + channelAddress, this.#prefix + channelAddress);
  }

  /** Commands or queries of one type. */
  requests(channelAddress: string, type: string): StreamKeys {
    const tag = this.#prefix + channelAddress;
    return streamKeys(`{${tag}}:request:${type}`, tag, `:request:${type}`);
  }

  /** The set of streams that a listener has a group on. */
  streamsOf(listener: string): string {
    return `{${this.#prefix}}:listener:${listener}`;
  }

  /** The Pub/Sub channel on which one process gets its replies. */
  replies(instance: string): string {
    return `${this.#prefix}reply:${instance}`;
  }

  isReplies(channel: string): boolean {
    return channel.startsWith(`${this.#prefix}reply:`);
  }

  /** The keys of a stream from the set of a listener's streams. */
  ofStream(stream: string): StreamKeys {
    const [, tag, kind] = /^\{([^}]*)\}(:request:.*)$/.exec(stream) ?? [];
    return streamKeys(stream, tag ?? stream, kind);
  }
}

function streamKeys(stream: string, tag: string, kind = ""): StreamKeys {
  const beside = (name: string): string => `{${tag}}${kind}:${name}`;
  return {
    stream,
    groupOf: (listener) => (kind === "" ? listener : "handlers"),
    retry: (group) => beside(`retry:${group}`),
    later: (group) => beside(`later:${group}`),
    active: (group) => beside(`active:${group}`),
    takes: (group) => beside(`takes:${group}`),
    dead: (listener) => beside(`dead:${listener}`),
    delayed: beside("delayed"),
    published: beside("published"),
    retained: beside("retained"),
  };
}
