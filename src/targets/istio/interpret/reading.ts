/** Objects come from anywhere: what is not of the expected form is told apart from what is absent, and nothing throws. */
export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
export const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});
export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** A list of texts, empty where it is absent; undefined where it is anything else. */
export function textsOf(value: unknown): readonly string[] | undefined {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) && value.every((each) => typeof each === 'string') ? value : undefined;
}

/** A list of objects, empty where it is absent; undefined where it is anything else. */
export function listOf(value: unknown): readonly Fields[] | undefined {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) && value.every(isFields) ? value : undefined;
}

/** Does it hold no other fields? A server drops what it does not know, and an older one knows less. */
export const holdsOnly = (value: Fields, known: readonly string[]): boolean => Object.keys(value).every((key) => known.includes(key));

/** `matchLabels` of a selector; undefined where it can't be read. */
export function labelsOf(selector: unknown): Readonly<Record<string, string>> | undefined {
  if (!isFields(selector) || !holdsOnly(selector, ['matchLabels'])) return undefined;
  const labels = selector['matchLabels'] ?? {};
  return isFields(labels) && Object.values(labels).every((value) => typeof value === 'string') ? labels as Readonly<Record<string, string>> : undefined;
}
