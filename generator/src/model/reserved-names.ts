const builtIns =
  "AggregateError Array ArrayBuffer AsyncDisposableStack AsyncIterator Atomics BigInt BigInt64Array BigUint64Array " +
  "Boolean DataView Date DisposableStack Error EvalError FinalizationRegistry Float16Array Float32Array " +
  "Float64Array Function Infinity Int16Array Int32Array Int8Array Intl Iterator JSON Map Math NaN Number Object " +
  "Promise Proxy RangeError ReferenceError Reflect RegExp Set SharedArrayBuffer String SuppressedError Symbol " +
  "SyntaxError Temporal TypeError URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef " +
  "WeakSet WebAssembly";

const utilityTypes =
  "Any ArrayLike AsyncGenerator AsyncIterable AsyncIterableIterator Awaited Bigint Capitalize " +
  "ConstructorParameters Exclude Extract Generator InstanceType Iterable IterableIterator Lowercase Never " +
  "NoInfer NonNullable Null Omit OmitThisParameter Parameters Partial Pick PromiseLike PropertyKey Readonly " +
  "ReadonlyArray ReadonlyMap ReadonlySet Record Required ReturnType ThisType Uncapitalize Undefined Unknown " +
  "Uppercase Void";

/** Exports of `@eventwright/runtime/contract`, and what the indexes of the output call their own things. */
const generated =
  "AddressParameters AnyContract Bus CallArguments Channel ChannelListener CommandContract Contracts Envelope " +
  "EventContract EventMap HandlerContext HandlerResult HandlerReturn Listener ListenerOptions NoParameters " +
  "PublishOptions QueryContract RequestHandler RequestOptions Validator Violation";

const keywords =
  "abstract accessor any as asserts async await bigint boolean break case catch class const constructor continue " +
  "debugger declare default delete do else enum eval export extends false finally for from function get global if " +
  "implements import in infer instanceof interface intrinsic is keyof let module namespace never new null number " +
  "object of out override package private protected public readonly require return satisfies set static string " +
  "super switch symbol this throw true try type typeof undefined unique unknown using var void while with yield " +
  "arguments";

const reserved: ReadonlySet<string> = new Set(
  [builtIns, utilityTypes, generated, keywords].flatMap((names) => names.toLowerCase().split(" ")),
);

/**
 * True for names that no type of the output may have, whatever their case: words and globals of JavaScript and
 * TypeScript, and what generated modules import.
 */
export function isReservedName(name: string): boolean {
  return reserved.has(name.toLowerCase());
}
