import { diagnose } from '#diagnostics';
import { isOutput, shown, type Lowering } from './declaration.ts';

/** A whole number of seconds, minutes, hours or days: `30s`, `15m`, `1h`, `7d`. */
export type Duration = `${number}${'s' | 'm' | 'h' | 'd'}`;

const secondsIn: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds of a duration. One that can't be read is reported and means 0, which admits nothing. */
export function secondsOf(value: unknown, what: string, { say, pointer }: Lowering): unknown {
  if (isOutput(value)) return value;
  const parts = typeof value === 'string' ? /^(\d{1,9})([smhd])$/.exec(value) : null;
  if (parts !== null) return Number(parts[1]) * secondsIn[parts[2]!]!;
  say(diagnose('CS1033', {
    message: `\`${what}\` is \`${shown(value)}\`, which is no duration`, pointer,
    help: 'write a whole number and `s`, `m`, `h` or `d`, such as `15m`',
  }));
  return 0;
}
