import type { Problem } from './problem.ts';

/** Why this is no name of an index (Amazon DynamoDB, "Naming rules": 3 to 255 of letters, digits, `_`, `-` and `.`); undefined if it is one. */
export function indexProblem(text: string): Problem | undefined {
  if (text === '') return { what: 'is empty' };
  if (text.length < 3 || text.length > 255) return { what: `has ${text.length} character${text.length === 1 ? '' : 's'}, and an index has 3 to 255` };
  return /^[A-Za-z0-9_.-]+$/.test(text) ? undefined : { what: 'is not made of letters, digits, `_`, `-` and `.`' };
}

/**
 * Why no policy of IAM could speak of exactly the keys that begin so; undefined if one can. A key has at most 1,024 bytes
 * (Amazon S3, "Naming Amazon S3 objects"); `*`, `?` and `${` stand for something else in policies (IAM, "IAM JSON policy elements: Resource", "Variables").
 */
export function prefixProblem(text: string): Problem | undefined {
  if (text === '') return { what: 'is empty, and every key begins so' };
  if (text.includes('${')) return { what: 'has a policy variable, which IAM would fill in with something else for each request' };
  if (text.includes('*') || text.includes('?')) return { what: 'has a wildcard; it means the keys that begin with it as it stands', ...(/^[^*?]+\*$/.test(text) ? { instead: text.slice(0, -1) } : {}) };
  if (text.includes('{{')) return { what: 'has two braces in a row, which holes are written with' };
  if (!/^[\x20-\x7e]+$/.test(text)) return { what: 'has characters that are not of ASCII, and are written in several ways' };
  return text.length > 1024 ? { what: `has ${text.length} bytes, and a key has at most 1024` } : undefined;
}
