import { day, isOpenNever, minute, weekdayOf, windowOf, type Window } from '../window.ts';
import type { ZoneClock } from '../zone-clock.ts';
import type { AtomOf } from './kinds.ts';

/** An instant, and the atoms that are true of it. */
export interface TimeCell { readonly instant: number; readonly atoms: readonly number[] }

/** The last that RFC 3339 can write, and a millisecond. */
const endOfTime = Date.UTC(10_000, 0, 1);
const week = 7 * day;
/** Clocks change by the rules of a year, and some by the moon's. */
const horizon = 2 * 366 * day;

/**
 * Instants of which the same atoms are true are alike: the first of each kind, from the given one on, in order; the given one
 * first. Between two ends, and as long as no clock is changed, windows repeat every week; so that one week of each is enough.
 */
export function timeCells(atoms: readonly (AtomOf<'during'> | AtomOf<'before'>)[], from: number): readonly TimeCell[] {
  const windows = atoms.map((atom) => (atom.kind === 'during' ? windowOf(atom) : undefined));
  const ends = [...new Set(atoms.flatMap((atom) => (atom.kind === 'before' && atom.instant > from && atom.instant < endOfTime ? [Math.ceil(atom.instant)] : [])))].sort((a, b) => a - b);
  const found = new Map<string, TimeCell>();
  [from, ...ends].forEach((start, at) => {
    const stop = ends[at] ?? endOfTime;
    const before = atoms.flatMap((atom, index) => (atom.kind === 'before' && start < atom.instant ? [index] : []));
    const offer = (instant: number, open: ReadonlySet<number>): void => {
      const trueOfIt = [...before, ...open].sort((a, b) => a - b), key = trueOfIt.join(' ');
      if (!found.has(key)) found.set(key, { instant, atoms: trueOfIt });
    };
    if (at === 0 || windows.every((window) => window === undefined)) offer(start, new Set(windows.flatMap((window, index) => (window !== undefined && isNow(window, start) ? [index] : []))));
    sweep(windows, start, stop, offer);
  });
  return [...found.values()].sort((a, b) => a.instant - b.instant);
}

function sweep(windows: readonly (Window | undefined)[], start: number, stop: number, offer: (instant: number, open: ReadonlySet<number>) => void): void {
  const clocks = [...new Set(windows.flatMap((window) => (window === undefined || isOpenNever(window) ? [] : [window.clock])))];
  if (clocks.length === 0) return;
  const swept = new Set<string>(), limit = Math.min(stop, start + horizon);
  const changes = [...new Set(clocks.flatMap((clock) => changesOf(clock, start, limit)))].sort((a, b) => a - b);
  [start, ...changes].forEach((begin, at) => {
    const key = clocks.map((clock) => clock(begin)).join(' '), end = Math.min(changes[at] ?? limit, begin + week);
    if (swept.has(key)) return;
    if (end === begin + week) swept.add(key);
    const toggles = new Map<number, number[]>();
    const toggle = (instant: number, index: number): void => { const list = toggles.get(instant); if (list === undefined) toggles.set(instant, [index]); else list.push(index); };
    windows.forEach((window, index) => {
      if (window === undefined) return;
      const offset = window.clock(begin);
      for (let local = Math.floor((begin + offset) / day); local * day - offset < end; local++) {
        if (((window.days >> weekdayOf(local)) & 1) === 0) continue;
        const opens = Math.max(begin, local * day + window.start * minute - offset), closes = Math.min(end, local * day + window.end * minute - offset);
        if (opens < closes) { toggle(opens, index); toggle(closes, index); }
      }
    });
    const open = new Set<number>();
    if (!toggles.has(begin)) offer(begin, open);
    for (const [instant, indexes] of [...toggles].sort(([a], [b]) => a - b)) {
      for (const index of indexes) if (!open.delete(index)) open.add(index);
      if (instant < end) offer(instant, open);
    }
  });
}

function isNow(window: Window, instant: number): boolean {
  const local = instant + window.clock(instant), localDay = Math.floor(local / day), now = Math.floor((local - localDay * day) / minute);
  return ((window.days >> weekdayOf(localDay)) & 1) === 1 && window.start <= now && now < window.end;
}

/** When a clock is changed after `start` and before `stop`. No zone keeps a change for less than a week. */
function changesOf(clock: ZoneClock, start: number, stop: number): readonly number[] {
  const found: number[] = [];
  let known = start;
  while (known < stop) {
    let next = Math.min(stop, (Math.floor(known / week) + 1) * week);
    while (clock(next) !== clock(known)) {
      let low = known, high = next;
      while (high - low > 1) { const middle = Math.floor((low + high) / 2); if (clock(middle) === clock(known)) low = middle; else high = middle; }
      if (high < stop) found.push(high);
      known = high;
      next = Math.max(next, high);
      if (known >= next) break;
    }
    known = next;
  }
  return found;
}
