import { diagnose, type Diagnostic } from '#diagnostics';
import { constNames } from '../const-names.ts';
import { shortened } from './openapi-files.ts';
import type { FoundOperation } from './find-operations.ts';

/** What the language takes for a name of an operation. */
const longest = 128;

/**
 * A name for each operation, none twice: its `operationId`, else its method and path; both where the first would be
 * taken twice. Depends on the set of operations, not on their order.
 */
export function operationNames(operations: readonly FoundOperation[], say: (diagnostic: Diagnostic) => void): ReadonlyMap<FoundOperation, string> {
  const names = constNames(operations, ({ method, path, operationId }) => {
    const place = wordsOf(method, path);
    return operationId === undefined || !/[A-Za-z0-9]/.test(operationId) ? [place] : [operationId, `${operationId}-${place}`];
  });
  for (const operation of operations) {
    const name = names.get(operation)!;
    if (name.length > longest) {
      say(diagnose('CS5019', {
        message: `the name of \`${operation.method} ${shortened(operation.path)}\` would have ${name.length} characters, and it can have at most ${longest}`, at: operation.at,
        help: operation.operationId === undefined ? 'give it an `operationId`' : 'give it a shorter `operationId`',
      }));
    }
  }
  return names;
}

/** `GET /orders/{id}` is `get-orders-by-id`, `GET /` is `get-root`. */
function wordsOf(method: string, path: string): string {
  return path === '/' ? `${method.toLowerCase()}-root` : `${method.toLowerCase()}${path.replaceAll(/\{([^{}]*)\}/g, 'by-$1').replaceAll('/', '-')}`;
}

/** What is declared twice: one name for two operations, or one operation at two places. */
export function duplicates(operations: readonly FoundOperation[]): readonly Diagnostic[] {
  const [byId, byShape] = [new Map<string, FoundOperation>(), new Map<string, FoundOperation>()];
  const found: Diagnostic[] = [];
  for (const operation of operations) {
    const { method, path, template, operationId, at } = operation;
    const shape = `${method} ${template.replaceAll(/\{[^{}]*\}/g, '{}')}`;
    const same = byShape.get(shape);
    if (same !== undefined) {
      found.push(diagnose('CS5019', {
        message: `\`${method} ${shortened(path)}\` is the same operation as \`${method} ${shortened(same.path)}\`: parameters are told apart by where they stand, not by their names`, at,
        related: [{ message: 'it is declared here first', at: same.at }], help: 'declare it once',
      }));
      continue;
    }
    byShape.set(shape, operation);
    const twin = operationId === undefined ? undefined : byId.get(operationId);
    if (operationId === undefined) continue;
    if (twin === undefined) byId.set(operationId, operation);
    else if (!samePlace(twin.at, at)) { // one path item that two paths refer to is no mistake
      found.push(diagnose('CS5019', { message: `the \`operationId\` \`${shortened(operationId)}\` stands twice`, at, related: [{ message: 'it stands here first', at: twin.at }], help: 'give each operation a name of its own' }));
    }
  }
  return found;
}

const samePlace = (a: FoundOperation['at'], b: FoundOperation['at']): boolean => a.path === b.path && a.span?.line === b.span?.line && a.span?.column === b.span?.column;
