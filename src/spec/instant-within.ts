import type { Condition } from '#ir';
import { isWithin } from './conditions.ts';

type Window = Extract<Condition, { kind: 'during' }>;
const day = 86_400_000;

/**
 * The first instant, from the given one on, that is in every window; undefined where there is none within a week or so.
 * What windows have in common begins where one of them does, so that only their beginnings are looked at.
 */
export const instantWithin = (windows: readonly Window[], from: string): string | undefined =>
  firstOf(windows.flatMap((window) => instantsOf(window.start, window, from)), from, (time) => windows.every((window) => isWithin(window, time)));

/** The first instant, from the given one on, that is outside one of the windows: it begins where one of them ends. */
export const instantOutside = (windows: readonly Window[], from: string): string | undefined =>
  firstOf(windows.flatMap((window) => instantsOf(window.end, window, from)), from, (time) => windows.some((window) => !isWithin(window, time)));

function firstOf(instants: readonly number[], from: string, fits: (time: string) => boolean): string | undefined {
  if (fits(from)) return from;
  const begin = Date.parse(from);
  return instants.filter((instant) => instant >= begin).sort((a, b) => a - b).map((instant) => new Date(instant).toISOString()).find(fits);
}

/** When a clock of that zone shows a time of day, on each of the nine days around: clocks differ by up to 14 hours from UTC's. */
function instantsOf(timeOfDay: string, { timeZone }: Window, from: string): readonly number[] {
  const begin = Date.parse(from);
  const [hours = 0, minutes = 0] = timeOfDay.split(':').map(Number);
  const clock = new Intl.DateTimeFormat('en-US', { timeZone, year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', hourCycle: 'h23' });
  /** The wall clock's reading, as if it were UTC's, less the instant. */
  const offset = (instant: number): number => {
    const part = Object.fromEntries(clock.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
    return Date.UTC(part['year']!, part['month']! - 1, part['day']!, part['hour']!, part['minute']!) - Math.floor(instant / 60_000) * 60_000;
  };
  const midnight = Math.floor(begin / day) * day;
  return Array.from({ length: 9 }, (_, index) => {
    const local = midnight + (index - 1) * day + hours * 3_600_000 + minutes * 60_000;
    const near = local - offset(local);
    return local - offset(near); // once more, for what a change of clocks moves
  });
}
