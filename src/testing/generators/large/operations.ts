import type { Operation } from '#ir';
import type { Random } from '../random.ts';

const below = ['items', 'history', 'notes', 'documents', 'attachments', 'status', 'events', 'lines', 'approvals', 'limits'] as const;
const actions = ['cancel', 'approve', 'close', 'reopen', 'submit', 'archive', 'assign', 'verify'] as const;
const besides = ['search', 'export', 'summary', 'recent', 'count', 'batch', 'template', 'schema'] as const;
const verbs = ['Get', 'List', 'Create', 'Update', 'Delete', 'Watch', 'Search', 'BatchGet', 'Cancel', 'Approve', 'Export', 'Import', 'Count', 'Reserve', 'Release', 'Validate', 'Estimate', 'Subscribe', 'Archive', 'Restore'] as const;

/** Three to twenty, few more often than many. */
const howMany = (rng: Random): number => 3 + Math.min(17, Math.floor(-Math.log(1 - rng.below(10_000) / 10_000) * 4));

/** A resource with what is below it, templates in templates: literals beside a hole, which win over it, and now and then a rest of the path. */
export function httpOperations(subject: string, rng: Random): readonly Operation[] {
  const root = `/v${rng.chance(0.8) ? 1 : 2}/${subject}s`, wanted = howMany(rng), found: Operation[] = [];
  const add = (name: string, method: Extract<Operation, { kind: 'http' }>['method'], path: string): void => { if (found.length < wanted) found.push({ name, kind: 'http', method, path }); };
  add('list', 'GET', root); add('read', 'GET', `${root}/{id}`); add('create', 'POST', root);
  if (rng.chance(0.6)) add('change', 'PUT', `${root}/{id}`); else add('amend', 'PATCH', `${root}/{id}`);
  add('remove', 'DELETE', `${root}/{id}`);
  for (const name of rng.shuffle(besides).slice(0, 3)) add(name, name === 'batch' ? 'POST' : 'GET', `${root}/${name}`);
  for (const name of rng.shuffle(below).slice(0, 3)) {
    add(name, 'GET', `${root}/{id}/${name}`);
    add(`add-${name}`, 'POST', `${root}/{id}/${name}`);
    add(`read-${name}`, 'GET', `${root}/{id}/${name}/{${name}Id}`);
  }
  for (const name of rng.shuffle(actions).slice(0, 3)) add(name, 'POST', `${root}/{id}/${name}`);
  if (rng.chance(0.1)) found.push({ name: 'files', kind: 'http', method: 'GET', path: `/files/${subject}s/{path**}` });
  return found.slice(0, 20);
}

export function grpcOperations(subject: string, name: string, rng: Random): readonly Operation[] {
  const title = (text: string): string => text.split('-').map((part) => `${part[0]!.toUpperCase()}${part.slice(1)}`).join('');
  const service = `acme.${subject}.v1.${title(name)}`;
  return rng.shuffle(verbs).slice(0, howMany(rng)).map((method) => ({ name: method, kind: 'grpc', service, method }));
}
