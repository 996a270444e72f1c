import { encodePlatform, encodePolicy, maxLockBytes, schemaIds, type Ledger, type Lock } from '#ir';

/**
 * The one text of a lock: policy and platforms as `countersign export` prints them, a cell of a ledger and a place a line each,
 * so that a merge sees what belongs together. Undefined where it would be more than is read again.
 */
export function lockText({ platforms, policy, policyDigest, sites, tool, version }: Lock): string | undefined {
  const parts: string[] = [];
  let size = 0;
  const say = (text: string): void => { parts.push(text); size += text.length; };
  say(`{\n  "$schema": ${JSON.stringify(schemaIds.lock)},\n  "platforms": [`);
  for (const [index, { digest, ledger, ledgerDigest, path, platform }] of platforms.entries()) {
    say(`${index === 0 ? '' : ','}\n    {\n      "digest": ${JSON.stringify(digest)},\n      "ledger": `);
    for (const part of ledgerParts(ledger, '\n      ')) { say(part); if (size > maxLockBytes) return undefined; }
    say(`,\n      "ledgerDigest": ${JSON.stringify(ledgerDigest)},\n      "path": ${JSON.stringify(path)},\n      "platform": ${within(encodePlatform(platform), '      ')}\n    }`);
  }
  say(`${platforms.length === 0 ? '' : '\n  '}],\n  "policy": ${within(encodePolicy(policy), '  ')},\n  "policyDigest": ${JSON.stringify(policyDigest)},\n  "sites": {`);
  const places = Object.keys(sites);
  for (const [index, pointer] of places.entries()) say(`${index === 0 ? '' : ','}\n    ${JSON.stringify(pointer)}: ${JSON.stringify(sites[pointer])}`);
  say(`${places.length === 0 ? '' : '\n  '}},\n  "tool": ${JSON.stringify(tool)},\n  "version": ${version}\n}\n`);
  // characters count for bytes at least once, and for three at most
  return size > maxLockBytes || (size > maxLockBytes / 3 && new TextEncoder().encode(parts.join('')).length > maxLockBytes) ? undefined : parts.join('');
}

/** A document inside another; its texts have no line feeds, so each one is layout. */
const within = (document: string, indent: string): string => document.trimEnd().replaceAll('\n', `\n${indent}`);

/** Lists whose members stand on lines of their own. */
const spread = new Set(['grants', 'lines', 'cells', 'acceptances', 'assumptions']);

function* ledgerParts(ledger: Ledger, line: string): Iterable<string> {
  yield '{';
  for (const [index, [key, value]] of Object.entries(ledger).entries()) {
    yield `${index === 0 ? '' : ','}${line}  ${JSON.stringify(key)}: `;
    yield* valueParts(key, value, `${line}  `);
  }
  yield `${line}}`;
}

function* valueParts(key: string, value: unknown, line: string): Iterable<string> {
  if (!spread.has(key) || !Array.isArray(value) || value.length === 0) { yield JSON.stringify(value); return; }
  yield '[';
  for (const [index, member] of value.entries()) {
    yield `${index === 0 ? '' : ','}${line}  {`;
    for (const [at, [name, content]] of Object.entries(member as object).entries()) {
      yield `${at === 0 ? '' : ', '}${JSON.stringify(name)}: `;
      yield* valueParts(name, content, `${line}  `);
    }
    yield '}';
  }
  yield `${line}]`;
}
