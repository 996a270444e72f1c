import { diagnose, type Diagnostic } from '#diagnostics';
import { claimPath } from '#ir';
import { claimsWith, inRange, type Destination, type Request } from '#spec';
import type { Askable } from './askable.ts';
import { askerName, type Asker } from './asker.ts';
import type { Read } from './read-asker.ts';
import { asking, standingOf } from './standing.ts';

/** Facts of one request, as a person states them. */
export interface StatedFacts {
  readonly at?: string;
  readonly mfa?: true;
  /** Durations: `10m`, `1h`, `90s`. */
  readonly authAge?: string;
  readonly tokenAge?: string;
  readonly device?: string;
  readonly from?: string;
  /** `groups=leads,support`. */
  readonly claims?: readonly string[];
  /** `x-tenant=blue`. */
  readonly headers?: readonly string[];
}

/** The request of somebody who shows who they are, and beside that these facts and no others. */
export function requestWith(askable: Askable, asker: Asker, to: Destination, stated: StatedFacts): Read<Request> {
  const problems: Diagnostic[] = [], refuse = (message: string, help: string): void => { problems.push(diagnose('CS5073', { message, help })); };
  const { access: { space: { conditions } } } = askable, standing = standingOf(askable, asker);
  const time = stated.at ?? askable.from;
  const own = conditions.satisfy(standing.when, time) ?? { throughExposure: asker.kind === 'identity' && ['people', 'partner', 'anyone'].includes(asker.identity.kind), context: { time } };
  const tokenFacts = { '--mfa': stated.mfa, '--auth-age': stated.authAge, '--token-age': stated.tokenAge, '--device': stated.device, '--claim': stated.claims?.[0] };
  if (own.subject === undefined) {
    const said = Object.entries(tokenFacts).filter(([, value]) => value !== undefined).map(([name]) => `\`${name}\``);
    const acting = asker.kind === 'identity' && asker.identity.kind === 'workload' ? `, or ask about \`${askerName(asker)} acting for …\`` : '';
    if (said.length > 0) refuse(`${said.join(', ')} ${said.length === 1 ? 'is' : 'are'} said by a token, and \`${askerName(asker)}\` shows none`, `leave ${said.length === 1 ? 'it' : 'them'} out${acting}`);
  }
  const seconds = (name: string, written: string | undefined): number | undefined => {
    if (written === undefined) return undefined;
    const [, number, unit] = /^(\d+(?:\.\d+)?)(s|m|h|d)$/.exec(written) ?? [];
    if (number === undefined || unit === undefined) { refuse(`\`${written}\` of \`${name}\` is no duration`, 'write it as in `90s`, `10m`, `8h` or `1d`'); return undefined; }
    return Number(number) * { s: 1, m: 60, h: 3600, d: 86_400 }[unit as 's' | 'm' | 'h' | 'd'];
  };
  const pairs = (name: string, list: readonly string[] = []): readonly (readonly [string, string])[] => list.flatMap((written) => {
    const at = written.indexOf('=');
    if (at < 1) { refuse(`\`${written}\` of \`${name}\` has no name and value`, `write it as in \`${name === '--claim' ? 'groups=support,leads' : 'x-tenant=blue'}\``); return []; }
    return [[written.slice(0, at), written.slice(at + 1)] as const];
  });
  if (stated.from !== undefined && !inRange(stated.from, '0.0.0.0/0') && !inRange(stated.from, '::/0')) refuse(`\`${stated.from}\` of \`--from\` is no address`, 'write an address as in `203.0.113.9`, not a range or a name');
  const authenticationAgeSeconds = seconds('--auth-age', stated.authAge), tokenAgeSeconds = seconds('--token-age', stated.tokenAge);
  const headers = pairs('--header', stated.headers), claims = pairs('--claim', stated.claims);
  if (problems.length > 0) return { ok: false, problems };
  const subject = own.subject === undefined ? undefined : { ...own.subject, claims: claims.reduce((before, [claim, value]) => claimsWith(before, claimPath(claim), claimValue(value)), own.subject.claims) };
  return {
    ok: true,
    value: asking(standing, {
      ...own, ...(subject === undefined ? {} : { subject }),
      context: {
        ...own.context, time, ...(stated.mfa === undefined ? {} : { mfa: true }), ...(authenticationAgeSeconds === undefined ? {} : { authenticationAgeSeconds }), ...(tokenAgeSeconds === undefined ? {} : { tokenAgeSeconds }),
        ...(stated.device === undefined ? {} : { device: stated.device }), ...(stated.from === undefined ? {} : { sourceAddress: stated.from }), ...(headers.length === 0 ? {} : { headers: Object.fromEntries(headers) }),
      },
    }, to),
  };
}

/** Texts, but for the two words that are none; with a comma, a list. */
const claimValue = (written: string): unknown => (written === 'true' || written === 'false' ? written === 'true' : written.includes(',') ? written.split(',') : written);
