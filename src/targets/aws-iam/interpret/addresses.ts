import { readAddress } from '../../address.ts';
import { no, perhaps, truth, type Truth } from '../../truth.ts';

/**
 * Is an address in a range? A range without a length is one address (IAM, "IAM JSON policy elements: Condition
 * operators", IP address). IPv4 and IPv6 are different spaces; of IPv4 written inside IPv6 the page says nothing.
 */
export function isInside(address: string, range: string): Truth {
  const [network = '', length, ...rest] = range.split('/');
  const given = readAddress(withGroups(address)), base = readAddress(withGroups(network));
  if (base === undefined || rest.length > 0 || given === undefined) return perhaps;
  const bits = base.family === 4 ? 32 : 128;
  if (length !== undefined && (!/^\d{1,3}$/.test(length) || Number(length) > bits)) return perhaps;
  if (given.family !== base.family) return [given, base].some((one) => one.family === 6 && one.value >> 32n === 0xffffn) ? perhaps : no;
  const host = BigInt(bits - Number(length ?? bits));
  return truth(given.value >> host === base.value >> host);
}

/** IPv4 written at the end of IPv6 is the same address in the usual spelling (RFC 4291, section 2.2). */
function withGroups(text: string): string {
  const [, before, dotted] = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text) ?? [], last = dotted === undefined ? undefined : readAddress(dotted)?.value;
  return last === undefined ? text : `${before}${(last >> 16n).toString(16)}:${(last & 0xffffn).toString(16)}`;
}
