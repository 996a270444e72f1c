const dayLength = 86_400_000;

/** Why this is not a day of the calendar written `YYYY-MM-DD`; undefined if it is one. */
export function dayProblem(text: string): { readonly what: string; readonly help: string } | undefined {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (parts === null) return { what: 'is not a day written `YYYY-MM-DD`', help: 'write the last day on which it holds, for instance `2027-06-30`' };
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  if (month < 1 || month > 12) return { what: 'is not a day of the calendar: a year has 12 months', help: 'write year, month and day in this order' };
  const days = new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate(); // the Gregorian calendar repeats after 400 years; Date.UTC reads years below 100 as 19xx
  if (day >= 1 && day <= days) return undefined;
  const name = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'][month - 1];
  return { what: `is not a day of the calendar: ${name} ${year} has ${days} days`, help: `write \`${parts[1]}-${parts[2]}-${days}\` for the last day of that month` };
}

/** The instant at which a grant with this last day ends: 24:00 UTC. NaN for what is not a day. */
export const endOf = (day: string): number => (dayProblem(day) === undefined ? Date.parse(`${day}T00:00:00Z`) + dayLength : Number.NaN);

/**
 * The instant that a check speaks of, in milliseconds: a day means its beginning, 00:00 UTC; else an RFC 3339 instant,
 * with its offset. Undefined for anything else.
 */
export function instantOf(text: string): number | undefined {
  const parts = /^(\d{4}-\d{2}-\d{2})(?:[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d))?$/.exec(text);
  if (parts?.[1] === undefined || dayProblem(parts[1]) !== undefined) return undefined;
  return Date.parse(parts[2] === undefined ? `${text}T00:00:00Z` : text.toUpperCase());
}

/** Whole days, rounded up, from one instant to a later one. */
export const daysBetween = (from: number, to: number): number => Math.ceil((to - from) / dayLength);
