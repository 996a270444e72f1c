import type { Arrived, Echo } from '../../../engines/envoy/echo.ts';
import type { Answer } from '../../../engines/envoy/send.ts';

/** An answer, and what a server behind the proxy received: an answer to HEAD, a stream or a socket does not say that. */
export interface Outcome extends Answer { readonly arrived?: Arrived }

/** Each request goes out under a number of its own, by which it is found at the servers, whoever else asks meanwhile. */
const mark = 'x-question';
let asked = 0;

export async function asking(echoes: Readonly<Record<string, Echo>>, send: (marked: Readonly<Record<string, string>>) => Promise<Answer>): Promise<Outcome> {
  const number = String(++asked);
  const { arrived: _none, ...answer } = await send({ [mark]: number });
  const arrived = Object.values(echoes).map((echo) => echo.arrived.findLast(({ headers }) => headers[mark] === number)).find((one) => one !== undefined);
  return { ...answer, ...(arrived === undefined ? {} : { arrived }) };
}

/** So many at once as keep a proxy busy. */
export async function each<T>(items: readonly T[], ask: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  await Promise.all(Array.from({ length: 6 }, async () => { for (const item of waiting) await ask(item); }));
}
