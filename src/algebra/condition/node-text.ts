import { conditionText } from '#ir';
import type { Atom } from './atom.ts';
import type { Node } from './conditions.ts';

/** A node in the words of the language: `mfa and authenticated within 15m`. */
export function nodeText(node: Node): string {
  switch (node.kind) {
    case 'always': return 'always';
    case 'never': return 'never';
    case 'atom': return atomText(node.atom);
    case 'not': return `not ${node.of.kind === 'atom' ? atomText(node.of.atom) : `(${nodeText(node.of)})`}`;
    case 'all': return node.of.map((part) => (part.kind === 'any' ? `(${nodeText(part)})` : nodeText(part))).join(' and ');
    case 'any': return node.of.map((part) => (part.kind === 'all' ? `(${nodeText(part)})` : nodeText(part))).join(' or ');
    default: return node satisfies never;
  }
}

function atomText(atom: Atom): string {
  switch (atom.kind) {
    case 'throughExposure': return 'from outside';
    case 'client': return `a certificate of \`${atom.partner}\``;
    case 'bearer': return `a token of \`${atom.provider}\``;
    case 'header': return `header ${atom.name} ${atom.anyOf.join(' or ')}`;
    case 'before': return `before ${Number.isFinite(atom.instant) ? new Date(atom.instant).toISOString().replace('T00:00:00.000Z', '') : 'the end of time'}`;
    case 'inTheClear': return 'in the clear';
    case 'weakerEncryption': return 'with other encryption than was declared';
    case 'claim': case 'mfa': case 'authenticatedWithin': case 'maxTokenAge': case 'device': case 'from': case 'during': case 'risk': return conditionText(atom);
    default: return atom satisfies never;
  }
}
