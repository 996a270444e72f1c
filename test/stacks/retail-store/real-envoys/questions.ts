import type { Api } from '#ir';
import { exampleOf } from '#spec';

export interface Question { readonly method: string; readonly path: string }

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'] as const;

/** Each operation of an API under each method that it may be asked with. */
export const operationsOf = (api: Api): readonly Question[] => distinct(api.operations.flatMap((operation) => {
  const example = exampleOf(api, operation);
  const all = operation.kind === 'http' && operation.method === 'ANY' ? methods.filter((method) => !['TRACE', 'PROPFIND', 'OPTIONS'].includes(method)) : [example?.method ?? ''];
  return example === undefined ? [] : all.map((method) => ({ method, path: example.path }));
}));

/** What lies near them and is another thing: every other method, the path above, the path below, other spellings, what nobody has named. */
export function neighboursOf(api: Api): readonly Question[] {
  const own = operationsOf(api), paths = [...new Set(own.map(({ path }) => path))];
  const near = paths.flatMap((path) => [path.slice(0, path.lastIndexOf('/')) || '/', `${path}/`, `${path}/below`, `/${path}`, `/other${path}`, path.toUpperCase(), `${path}x`]);
  const known = new Set(own.map(key));
  return distinct([
    ...paths.flatMap((path) => methods.map((method) => ({ method, path }))),
    ...[...near, '/', '/other', '/actuator/prometheus', '/metrics'].map((path) => ({ method: 'GET', path })),
  ]).filter((question) => !known.has(key(question)));
}

const key = ({ method, path }: Question): string => `${method} ${path}`;
const distinct = (questions: readonly Question[]): readonly Question[] => [...new Map(questions.map((question) => [key(question), question])).values()];
