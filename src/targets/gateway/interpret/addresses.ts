import { readAddress } from '../../address.ts';

/** Is an address, as text, inside a CIDR? Undefined where either can't be read. IPv4 and IPv6 are different spaces. */
export function inside(address: string, cidr: string): boolean | undefined {
  const [network = '', length = '', ...rest] = cidr.split('/');
  const given = readAddress(address), base = readAddress(network);
  if (given === undefined || base === undefined || rest.length > 0 || !/^\d{1,3}$/.test(length)) return undefined;
  const bits = base.family === 4 ? 32 : 128;
  if (Number(length) > bits) return undefined;
  const host = BigInt(bits - Number(length));
  return given.family === base.family && given.value >> host === base.value >> host;
}

/** Every address of its family. */
export const isEverything = (cidr: string): boolean => /\/0$/.test(cidr);
