import { outlineProblem, segmentProblem } from '../canonical-path.ts';

/** A path of a document as a template, or why it can't be one: the end of a sentence that begins with it, and advice. */
export type PathRead = { readonly template: string } | { readonly what: string; readonly help: string };

/**
 * `/orders/{order-id}` is `/orders/{order_id}`: what a parameter is called is not on the wire. Templates are of whole
 * segments, of one canonical spelling; what is anything else can't be imported.
 */
export function readPath(path: string): PathRead {
  if (/[?#]/.test(path.replaceAll(/\{[^{}]*\}/g, ''))) return { what: 'has a query or fragment, which is not part of a path', help: 'describe queries as `parameters`, and let one path stand for all of them' };
  const outline = outlineProblem(path.replaceAll(/\{[^{}]*\}/g, '{}'));
  if (outline !== undefined) return { what: outline.what, help: adviceFor(path, outline.what) };
  const names = new Map<string, string>();
  const segments: string[] = [];
  for (const segment of path === '/' ? [] : path.slice(1).split('/')) {
    const read = /[{}]/.test(segment) ? readParameter(segment, names) : { segment, ...adviseLiteral(segment) };
    if ('what' in read) return read;
    segments.push(read.segment);
  }
  return { template: `/${segments.join('/')}` };
}

/** Where an empty segment or a last slash is all that is wrong, the path without it. */
function adviceFor(path: string, what: string): string {
  const instead = path.startsWith('/') ? path.replaceAll(/\/{2,}/g, '/').replace(/(.)\/$/, '$1') : `/${path}`;
  if (outlineProblem(instead) !== undefined || !('template' in readPath(instead))) return 'write a path of whole segments, each between two slashes';
  return what.startsWith('does not begin') ? `write \`${instead}\`` : `let the server answer at \`${instead}\`, and write that`;
}

function adviseLiteral(segment: string): { readonly what: string; readonly help: string } | object {
  const problem = segmentProblem(segment);
  if (problem === undefined) return {};
  if (segment.includes(';')) return { what: problem.what, help: 'pass what stands after it as a query or a header, and describe it as one of the `parameters`' };
  const canonical = canonicalSpelling(segment);
  return { what: problem.what, help: canonical === undefined ? 'let the server answer at a plain path, and write that' : `write \`${canonical}\`` };
}

/** The same segment in its one spelling, if it has one. */
function canonicalSpelling(segment: string): string | undefined {
  try {
    const spelled = encodeURIComponent(decodeURIComponent(segment)).replaceAll(/%(?:24|26|2B|2C|3A|3D|40)/g, decodeURIComponent);
    return segmentProblem(spelled) === undefined ? spelled : undefined;
  } catch {
    return undefined; // a `%` that encodes nothing, or half of a character
  }
}

/** `names` are those of the template, each with what the document calls it. */
function readParameter(segment: string, names: Map<string, string>): { readonly segment: string } | { readonly what: string; readonly help: string } {
  const stated = /^\{([^{}]*)\}$/.exec(segment)?.[1];
  if (stated === undefined) {
    const verb = /^\{[^{}]*\}:([A-Za-z]+)$/.exec(segment)?.[1];
    return {
      what: verb === undefined ? `has the segment \`${segment}\`, where a parameter is a whole segment` : `has the verb \`:${verb}\` after a parameter, which a template can't tell from the rest of its segment`,
      help: 'take the path out of the document that is imported; declare it by hand with a parameter for the whole segment, if whoever calls one may call all that it matches',
    };
  }
  if (!/^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u.test(stated)) {
    const rest = /^(?:[+*]*)([A-Za-z_]\w*)(?:[+*]+)$|^[+*]+([A-Za-z_]\w*)$/.exec(stated);
    return {
      what: stated === '' ? 'has a parameter without a name' : `has the parameter \`${segment}\`, which OpenAPI does not define`,
      help: rest === null ? 'call it by letters, digits, `_`, `-` and `.`' : `take the path out of the document that is imported; declare it by hand with \`{${rest[1] ?? rest[2]}**}\` as its last segment, if that is the rest of the path`,
    };
  }
  if ([...names.values()].includes(stated)) return { what: `has two parameters called \`${stated}\``, help: 'rename one of the two' };
  const plain = stated.replaceAll(/[^A-Za-z0-9_]/g, '_').replace(/^(?=[0-9])/, '_');
  let name = plain;
  for (let number = 2; names.has(name); number++) name = `${plain}${number}`;
  names.set(name, stated);
  return { segment: `{${name}}` };
}
