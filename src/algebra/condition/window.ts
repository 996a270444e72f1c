import type { Weekday } from '#ir';
import type { Atom } from './atom.ts';
import { zoneClock, type ZoneClock } from './zone-clock.ts';

/** A weekly window in numbers: on these days (bit 0 is Sunday), from that minute of the day on and before this one. */
export interface Window { readonly days: number; readonly start: number; readonly end: number; readonly clock: ZoneClock; readonly timeZone: string }

export const minute = 60_000, day = 86_400_000;
const week: readonly Weekday[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
/** What a clock can show, in order. Times of day are compared as texts. */
const shown: readonly string[] = Array.from({ length: 1440 }, (_, at) => `${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}`);
const firstFrom = (text: string): number => { const at = shown.findIndex((one) => one >= text); return at < 0 ? shown.length : at; };

export const windowOf = ({ days, end, start, timeZone }: Extract<Atom, { kind: 'during' }>): Window =>
  ({ days: days.reduce((mask, one) => mask | (1 << week.indexOf(one)), 0), start: firstFrom(start), end: firstFrom(end), clock: zoneClock(timeZone), timeZone });

export const isOpenNever = ({ days, end, start }: Window): boolean => days === 0 || start >= end;

/** 1970 began on a Thursday. */
export const weekdayOf = (localDay: number): number => (((localDay + 4) % 7) + 7) % 7;

export function isOpen({ clock, days, end, start }: Window, instant: number): boolean {
  const local = instant + clock(instant), localDay = Math.floor(local / day);
  if (((days >> weekdayOf(localDay)) & 1) === 0) return false;
  const now = Math.floor((local - localDay * day) / minute);
  return start <= now && now < end;
}
