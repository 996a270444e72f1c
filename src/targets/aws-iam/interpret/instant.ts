/**
 * Milliseconds since 1970 of a date as policies write it: one of the forms of W3C's "Date and Time Formats", or seconds
 * since 1970 ("IAM JSON policy elements: Condition operators", date and time). Four digits can be a year or a number of
 * seconds: undefined, as is all else.
 */
export function readInstant(text: string): number | undefined {
  if (/^\d{5,12}$/.test(text)) return Number(text) * 1000;
  if (!/^\d{4}-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?)?$/.test(text)) return undefined;
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? undefined : instant;
}
