/** Longest name of a statement that is made here; IAM takes letters and digits (IAM, "IAM JSON policy elements: Sid"). */
export const maxSid = 64;

/** `orders-events` is `OrdersEvents`. */
export const pascal = (text: string): string => text.split(/[^A-Za-z0-9]+/).map((part) => part.slice(0, 1).toUpperCase() + part.slice(1)).join('');

/**
 * A statement's name says what is done to what: `SettlementsReceiveSend`; of several resources the first, and how many
 * more: `SettlementsSendAnd3More`. In the order of the names.
 */
export function sidOf(about: readonly { readonly api: string; readonly does: string }[]): string {
  const [first] = about;
  if (first === undefined) return 'Nothing';
  const apis = new Set(about.map(({ api }) => api)), doings = about.filter(({ api }) => api === first.api).map(({ does }) => pascal(does));
  const more = apis.size === 1 ? '' : `And${apis.size - 1}More`;
  const name = pascal(first.api).slice(0, maxSid - 20);
  let does = '';
  for (const [index, one] of doings.entries()) {
    const left = doings.length - index, room = maxSid - name.length - more.length - does.length;
    if (one.length + (left === 1 ? 0 : 4) > room) { does += 'Etc'; break; }
    does += one;
  }
  return `${name}${does}${more}`.slice(0, maxSid) || 'Unnamed';
}

/** Names that meet get a number, in the order in which they come. */
export function uniqueSids<T extends { readonly sid: string }>(named: readonly T[]): T[] {
  const taken = new Set<string>(), counts = new Map<string, number>();
  return named.map((one) => {
    let sid = one.sid, count = counts.get(one.sid) ?? 1;
    while (taken.has(sid)) sid = `${one.sid}N${count += 1}`;
    counts.set(one.sid, count);
    taken.add(sid);
    return sid === one.sid ? one : { ...one, sid };
  });
}
