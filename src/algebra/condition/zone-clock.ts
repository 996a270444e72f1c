/** How far the clocks of a zone are ahead of UTC, in milliseconds. */
export type ZoneClock = (instant: number) => number;

const quarter = 900_000;
/** So many quarters of an hour are remembered of a zone: about three years. */
const mostRemembered = 100_000;
const clocks = new Map<string, ZoneClock>();

/**
 * The clock of a zone. Zones change theirs at quarters of an hour, so that one look is enough for each; where one does not
 * (before 1972 there are some), the two ends of the quarter differ, and every instant in it is looked up.
 */
export function zoneClock(timeZone: string): ZoneClock {
  const known = clocks.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  const look = (instant: number): number => offsetIn(format.formatToParts(instant).find(({ type }) => type === 'timeZoneName')!.value);
  const remembered = new Map<number, number>();
  let last = Number.NaN, lastOffset = 0;
  const clock: ZoneClock = (instant) => {
    const index = Math.floor(instant / quarter);
    if (index === last) return lastOffset;
    let offset = remembered.get(index);
    if (offset === undefined) {
      offset = look(index * quarter);
      if (offset !== look(index * quarter + quarter - 1)) return look(instant);
      if (remembered.size >= mostRemembered) remembered.clear();
      remembered.set(index, offset);
    }
    last = index; lastOffset = offset;
    return offset;
  };
  clocks.set(timeZone, clock);
  return clock;
}

/** `GMT`, `GMT+05:30`, `GMT-00:44:30` (ECMA-402, `longOffset`). */
function offsetIn(text: string): number {
  const [, sign, hours = '0', minutes = '0', seconds = '0'] = /^GMT(?:([+−-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(text) ?? [];
  return (sign === undefined || sign === '+' ? 1 : -1) * (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
}
