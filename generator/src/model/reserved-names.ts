const builtIns =
  "AggregateError Array ArrayBuffer AsyncDisposableStack AsyncIterator Atomics BigInt BigInt64Array BigUint64Array " +
  "Boolean DataView Date DisposableStack Error EvalError FinalizationRegistry Float16Array Float32Array " +
  "Float64Array Function Infinity Int16Array Int32Array Int8Array Intl Iterator JSON Map Math NaN Number Object " +
  "Promise Proxy RangeError ReferenceError Reflect RegExp Set SharedArrayBuffer String SuppressedError Symbol " +
  "SyntaxError Temporal TypeError URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef " +
  "WeakSet WebAssembly";

const utilityTypes =
  "ArrayLike AsyncGenerator AsyncIterable AsyncIterableIterator Awaited Capitalize " +
  "ConstructorParameters Exclude Extract Generator InstanceType Iterable IterableIterator Lowercase " +
  "NoInfer NonNullable Omit OmitThisParameter Parameters Partial Pick PromiseLike PropertyKey Readonly " +
  "ReadonlyArray ReadonlyMap ReadonlySet Record Required ReturnType ThisType Uncapitalize " +
  "Uppercase";

/** Exports of `@eventwright/runtime/contract`, and what the indexes of the output call their own things. */
const generated =
  "AddressParameters AnyContract Bus CallArguments Channel ChannelListener CommandContract Envelope " +
  "EventContract EventMap HandlerContext HandlerResult HandlerReturn Listener ListenerOptions NoParameters " +
  "PublishOptions QueryContract RequestHandler RequestOptions Seen Validator Violation";

const reserved: ReadonlySet<string> = new Set(
  [builtIns, utilityTypes, generated].flatMap((names) => names.split(" ")),
);

/**
 * True for names that no type of the output may have: globals of JavaScript and TypeScript, and what generated
 * modules import. Words of the languages begin with a small letter and types with a capital, so they never meet.
 */
export function isReservedName(name: string): boolean {
  return reserved.has(name);
}
