import type { Condition } from '#ir';
import { isWithin } from './conditions.ts';

type Window = Extract<Condition, { kind: 'during' }>;
const day = 86_400_000;

/**
 * The first instant, from the given one on, that is in every window; undefined where there is none within a week or so.
 * What windows have in common begins where one of them does, so that only their beginnings are looked at.
 */
export function instantWithin(windows: readonly Window[], from: string): string | undefined {
  const begin = Date.parse(from);
  const starts = windows.flatMap((window) => startsOf(window, begin)).filter((instant) => instant >= begin).sort((a, b) => a - b);
  const found = [begin, ...starts].map((instant) => new Date(instant).toISOString()).find((time) => windows.every((window) => isWithin(window, time)));
  return found === new Date(begin).toISOString() ? from : found;
}

/** When a window opens on each of the nine days around: clocks differ by up to 14 hours from UTC's. */
function startsOf({ start, timeZone }: Window, begin: number): readonly number[] {
  const [hours = 0, minutes = 0] = start.split(':').map(Number);
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
