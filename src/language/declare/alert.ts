import { diagnose } from '#diagnostics';
import { defined, isFields, isOutput, shown, type Lowering } from './declaration.ts';

/** What somebody wants to hear of. */
export interface DeclaredAlert { readonly kind: 'failedAuthentication' | 'surge' | 'deniedLateralMove' | 'unusualCaller' }
/** Times in a second, a minute or an hour: `20/m`. */
export type Rate = `${number}/${'s' | 'm' | 'h'}`;

const alert = (kind: DeclaredAlert['kind'], options: unknown): DeclaredAlert => Object.freeze(isFields(options) ? { ...defined(options), kind } : { kind, options });

/** Authentication fails more often than `above`. */
export const failedAuthentication = (options: { readonly above: Rate }): DeclaredAlert => alert('failedAuthentication', options);
/** Requests come `factor` times as often as usual. */
export const surge = (options: { readonly factor: number }): DeclaredAlert => alert('surge', options);
/** A workload is denied a call inside the estate. */
export const deniedLateralMove = (): DeclaredAlert => alert('deniedLateralMove', {});
/** A caller appears that has not called before. */
export const unusualCaller = (): DeclaredAlert => alert('unusualCaller', {});

export function lowerAlert(value: unknown, lowering: Lowering): unknown {
  if (!isFields(value) || value['kind'] !== 'failedAuthentication' || !('above' in value)) return value;
  const { above, ...rest } = value;
  return { ...rest, abovePerMinute: perMinuteOf(above, lowering.below('abovePerMinute')) };
}

const perMinute: Readonly<Record<string, number>> = { s: 60, m: 1, h: 1 / 60 };

/** A rate that can't be read is reported and means 0, above which is everything. */
function perMinuteOf(rate: unknown, { say, pointer }: Lowering): unknown {
  if (isOutput(rate)) return rate;
  const parts = typeof rate === 'string' ? /^(\d+(?:\.\d+)?)\/([smh])$/.exec(rate) : null;
  if (parts !== null) return Number(parts[1]) * perMinute[parts[2]!]!;
  say(diagnose('CS1033', { message: `\`above\` is \`${shown(rate)}\`, which is no rate`, pointer, help: 'write a number, `/` and `s`, `m` or `h`, such as `20/m`' }));
  return 0;
}
