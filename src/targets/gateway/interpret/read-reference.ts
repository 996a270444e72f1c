import type { Reference, Target } from './objects.ts';
import { fields, list, optional, text } from '../../reading.ts';

export function reference(value: unknown, own: string, kind: string): Reference {
  const given = fields(value, ['group', 'kind', 'name', 'namespace']);
  return { kind: optional(given['kind'], text) ?? kind, name: text(given['name']), namespace: optional(given['namespace'], text) ?? own };
}

export function targets(value: unknown): readonly Target[] {
  return list(value).map((each) => {
    const given = fields(each, ['group', 'kind', 'name', 'sectionName']);
    return { kind: text(given['kind']), name: text(given['name']), section: optional(given['sectionName'], text) };
  });
}
