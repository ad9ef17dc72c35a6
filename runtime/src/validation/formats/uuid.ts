const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

/** RFC 4122, of any version and variant; not as a URN. */
export function isUuid(text: string): boolean {
  return text.length === 36 && uuid.test(text);
}
