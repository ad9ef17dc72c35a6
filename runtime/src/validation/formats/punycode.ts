/** Punycode (RFC 3492) for single labels, without the prefix `xn--`. */
const base = 36;
const firstPoint = 128;
const firstBias = 72;

/** The text that a label in lower case encodes; `undefined` when it encodes none. */
export function decodePunycode(label: string): string | undefined {
  const hyphen = label.lastIndexOf("-");
  const points = Array.from(hyphen > 0 ? label.slice(0, hyphen) : "", (character) => character.charCodeAt(0));
  let position = 0;
  let point = firstPoint;
  let bias = firstBias;
  for (let index = hyphen > 0 ? hyphen + 1 : 0; index < label.length; ) {
    const before = position;
    let weight = 1;
    for (let step = base; ; step += base) {
      const digit = digitOf(label.charCodeAt(index));
      index += 1;
      if (digit === undefined) return undefined;
      position += digit * weight;
      const threshold = thresholdAt(step, bias);
      if (digit < threshold) break;
      weight *= base - threshold;
    }
    const count = points.length + 1;
    bias = adapt(position - before, count, before === 0);
    point += Math.floor(position / count);
    position %= count;
    if (point > 0x10ffff) return undefined;
    points.splice(position, 0, point);
    position += 1;
  }
  return String.fromCodePoint(...points);
}

/** The encoded form of a label, in lower case. */
export function encodePunycode(text: string): string {
  const points = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  const basic = points.filter((point) => point < firstPoint);
  let encoded = String.fromCodePoint(...basic) + (basic.length > 0 ? "-" : "");
  let done = basic.length;
  let point = firstPoint;
  let delta = 0;
  let bias = firstBias;
  while (done < points.length) {
    const next = Math.min(...points.filter((each) => each >= point));
    delta += (next - point) * (done + 1);
    point = next;
    for (const each of points) {
      if (each < point) delta += 1;
      if (each !== point) continue;
      encoded += encodeNumber(delta, bias);
      bias = adapt(delta, done + 1, done === basic.length);
      delta = 0;
      done += 1;
    }
    delta += 1;
    point += 1;
  }
  return encoded;
}

function encodeNumber(value: number, bias: number): string {
  let rest = value;
  let digits = "";
  for (let step = base; ; step += base) {
    const threshold = thresholdAt(step, bias);
    if (rest < threshold) return digits + digitCharacter(rest);
    const digit = threshold + ((rest - threshold) % (base - threshold));
    digits += digitCharacter(digit);
    rest = Math.floor((rest - threshold) / (base - threshold));
  }
}

function thresholdAt(step: number, bias: number): number {
  return Math.min(Math.max(step - bias, 1), 26);
}

function adapt(delta: number, count: number, isFirst: boolean): number {
  let rest = Math.floor(delta / (isFirst ? 700 : 2));
  rest += Math.floor(rest / count);
  let steps = 0;
  for (; rest > 455; steps += base) rest = Math.floor(rest / 35);
  return steps + Math.floor((36 * rest) / (rest + 38));
}

/** Letters stand for 0 to 25, decimal digits for 26 to 35. */
function digitOf(code: number): number | undefined {
  if (code >= 0x61 && code <= 0x7a) return code - 0x61;
  return code >= 0x30 && code <= 0x39 ? code - 0x30 + 26 : undefined;
}

function digitCharacter(digit: number): string {
  return String.fromCharCode(digit < 26 ? digit + 0x61 : digit - 26 + 0x30);
}
