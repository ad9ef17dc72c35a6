/** Longest text that is looked at; a fraction of a second may have many digits. */
const longest = 255;

/** RFC 3339 `full-date`: a day that exists. */
export function isDate(text: string): boolean {
  return text.length === 10 && isDateAt(text);
}

/** RFC 3339 `full-time`, with its offset. A leap second only at the end of a UTC day. */
export function isTime(text: string): boolean {
  return isTimeFrom(text, 0);
}

/** What nearly all times in payloads are: no leap day, no leap second, capitals. */
const commonDateTime =
  /^\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|1\d|2[0-8]))T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** RFC 3339 `date-time`. */
export function isDateTime(text: string): boolean {
  return (text.length <= longest && commonDateTime.test(text)) || isAnyDateTime(text);
}

function isAnyDateTime(text: string): boolean {
  if (text.length < 20) return false;
  const separator = text.charCodeAt(10);
  return (separator === 0x54 || separator === 0x74) && isDateAt(text) && isTimeFrom(text, 11);
}

const duration =
  /^P(?:\d+W|(?:\d+Y(?:\d+M(?:\d+D)?)?|\d+M(?:\d+D)?|\d+D)(?:T(?:\d+H(?:\d+M(?:\d+S)?)?|\d+M(?:\d+S)?|\d+S))?|T(?:\d+H(?:\d+M(?:\d+S)?)?|\d+M(?:\d+S)?|\d+S))$/;

/** RFC 3339, appendix A: no fractions, no sign, and no unit left out between two others. */
export function isDuration(text: string): boolean {
  return text.length <= longest && duration.test(text);
}

function isDateAt(text: string): boolean {
  if (text.charCodeAt(4) !== 0x2d || text.charCodeAt(7) !== 0x2d) return false;
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  return year >= 0 && month >= 1 && month <= 12 && day >= 1 && (day <= 28 || day <= daysIn(year, month));
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function isTimeFrom(text: string, start: number): boolean {
  if (text.length < start + 9 || text.length > longest) return false;
  if (text.charCodeAt(start + 2) !== 0x3a || text.charCodeAt(start + 5) !== 0x3a) return false;
  const hour = twoDigits(text, start);
  const minute = twoDigits(text, start + 3);
  const second = twoDigits(text, start + 6);
  if (!(hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59 && second >= 0 && second <= 60)) return false;
  const offset = offsetAt(text, endOfFraction(text, start + 8));
  if (offset === undefined) return false;
  return second < 60 || (hour * 60 + minute - offset + 1440) % 1440 === 1439;
}

/** Where the digits after a decimal point end; `start` itself when there is no point; -1 for a point without digits. */
function endOfFraction(text: string, start: number): number {
  if (text.charCodeAt(start) !== 0x2e) return start;
  let index = start + 1;
  while (isDigit(text.charCodeAt(index))) index += 1;
  return index === start + 1 ? -1 : index;
}

/** The offset from UTC in minutes that makes up the rest of the text. */
function offsetAt(text: string, start: number): number | undefined {
  const sign = text.charCodeAt(start);
  if (sign === 0x5a || sign === 0x7a) return text.length === start + 1 ? 0 : undefined;
  if (sign !== 0x2b && sign !== 0x2d) return undefined;
  const hour = twoDigits(text, start + 1);
  const minute = twoDigits(text, start + 4);
  const isWhole = text.length === start + 6 && text.charCodeAt(start + 3) === 0x3a;
  if (!isWhole || !(hour >= 0 && hour <= 23 && minute >= 0 && minute <= 59)) return undefined;
  return (hour * 60 + minute) * (sign === 0x2b ? 1 : -1);
}

/** The number that two digits write; not a number for anything else. */
function twoDigits(text: string, index: number): number {
  const tens = text.charCodeAt(index);
  const ones = text.charCodeAt(index + 1);
  return isDigit(tens) && isDigit(ones) ? tens * 10 + ones - 0x210 : Number.NaN;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}
