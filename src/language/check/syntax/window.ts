import type { Condition } from '#ir';
import type { Problem } from './problem.ts';

/** Why a weekly window is none, and of which of its fields that is said; undefined if it is one. */
export function windowProblem({ start, end, timeZone }: Extract<Condition, { kind: 'during' }>): (Problem & { readonly field: 'start' | 'end' | 'timeZone' }) | undefined {
  if (!isTime(start)) return { field: 'start', what: `begins at \`${start}\`, which is no time of day written \`HH:MM\``, ...timeInstead(start) };
  if (!isTime(end) && end !== '24:00') return { field: 'end', what: `ends at \`${end}\`, which is no time of day written \`HH:MM\``, ...timeInstead(end) };
  // both of five characters, so that they order as text
  if (start >= end) {
    return { field: 'end', what: end === '00:00' ? 'ends at `00:00`, where the day begins' : `begins at \`${start}\` and ends at \`${end}\`, not after that`, ...(end === '00:00' ? { instead: '24:00' } : {}) };
  }
  const zone = zoneProblem(timeZone);
  return zone === undefined ? undefined : { field: 'timeZone', ...zone };
}

const isTime = (text: string): boolean => /^(?:[01]\d|2[0-3]):[0-5]\d$/.test(text);
const timeInstead = (text: string): { readonly instead?: string } => {
  const instead = /^\d(?::\d\d)?$/.test(text) ? `0${text}${text.includes(':') ? '' : ':00'}` : /^\d\d$/.test(text) ? `${text}:00` : '';
  return isTime(instead) ? { instead } : {};
};

const zones = new Map<string, Problem | undefined>();

/** The names of the IANA time zone database, spelled as there: some enforcers look them up as files. A clock is dear to make, and zones are few. */
function zoneProblem(text: string): Problem | undefined {
  if (zones.has(text)) return zones.get(text);
  if (zones.size > 1000) zones.clear();
  const problem = problemOfZone(text);
  zones.set(text, problem);
  return problem;
}

function problemOfZone(text: string): Problem | undefined {
  if (/^(?:[+-]|(?:UTC|GMT)[+-])/i.test(text)) return { what: `is in \`${text}\`, an offset, which knows no summer time` };
  try {
    const { timeZone } = new Intl.DateTimeFormat('en-US', { timeZone: text }).resolvedOptions();
    return timeZone !== text && timeZone.toLowerCase() === text.toLowerCase() ? { what: `is in \`${text}\`, which the IANA time zone database spells \`${timeZone}\``, instead: timeZone } : undefined;
  } catch {
    return { what: `is in \`${text}\`, which the IANA time zone database does not have` };
  }
}
