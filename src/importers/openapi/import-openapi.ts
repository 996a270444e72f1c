import { checked, diagnose, type Checked, type Diagnostic } from '#diagnostics';
import type { HttpMethod } from '#ir';
import { legible } from '../legible.ts';
import { commentText, keyLiteral, textLiteral } from '../literal.ts';
import { isMapping } from '../mapping.ts';
import { sourceDigestLine } from '../source-digest.ts';
import type { SourceFile } from '../source-file.ts';
import { findOperations } from './find-operations.ts';
import { openApiFiles, shortened, type ReadBeside } from './openapi-files.ts';
import { rootOf, type OpenApiNode } from './openapi-node.ts';
import { duplicates, operationNames } from './operation-names.ts';
import { readPath } from './path-template.ts';

export interface OpenApiImport {
  readonly document: SourceFile;
  /** What stands before every path, instead of what `servers` say: a template, `/` for nothing. */
  readonly basePath?: string;
  /** Reads the files that the document refers to. Without it, a reference to another file is an error. */
  readonly beside?: ReadBeside;
  /** What the document is, for people: a repository and a revision. */
  readonly source: string;
}
export interface ImportedOperation { /** The key of the module's table. */ readonly name: string; readonly method: HttpMethod; readonly path: string }
export interface ImportedOpenApi { readonly module: string; readonly operations: readonly ImportedOperation[] }

/**
 * Reads an OpenAPI document and writes a TypeScript module with its operations. What a policy could not tell apart or
 * spell exactly is an error (CS5019), never left out in silence. Webhooks and callbacks are calls that the API makes,
 * and no operations of it.
 */
export function importOpenApi({ document, basePath, beside, source }: OpenApiImport): Checked<ImportedOpenApi> {
  const found: Diagnostic[] = [];
  const say = (diagnostic: Diagnostic): void => { found.push(diagnostic); };
  const problem = basePath === undefined ? undefined : basePathProblem(basePath);
  if (problem !== undefined) say(diagnose('CS5021', { message: `the base path \`${basePath}\` ${problem}`, help: 'write it as in `--base-path /v1`' }));

  const files = openApiFiles(document, beside);
  files.diagnostics.forEach(say);
  const root = files.entry === undefined ? undefined : rootOf(files.entry);
  const readable = root !== undefined && isOpenApi(root, say);
  const operations = readable ? findOperations(root, files, basePath === '/' || problem !== undefined ? '' : basePath, say) : [];
  duplicates(operations).forEach(say);
  if (readable && operations.length === 0 && found.every(({ severity }) => severity !== 'error')) say(diagnose('CS5018', { message: 'the document declares no operation', at: root.child('paths').at(), help: 'give the document that has the `paths` of the API' }));

  const names = operationNames(operations, say);
  return checked(legible(found), () => {
    const imported = operations.map((operation): ImportedOperation => ({ name: names.get(operation)!, method: operation.method, path: operation.template }));
    const options = [...(basePath === undefined ? [] : [`--base-path ${basePath}`]), ...(beside === undefined ? [] : ['--allow-external-refs'])];
    return { module: printOperations(imported, ['countersign import openapi', ...options].join(' '), files.sources, source), operations: imported };
  });
}

/** Why this can't stand before every path; undefined if it can. */
export function basePathProblem(basePath: string): string | undefined {
  const read = readPath(basePath);
  return 'what' in read ? read.what : undefined;
}

function isOpenApi(root: OpenApiNode, say: (diagnostic: Diagnostic) => void): boolean {
  const refuse = (node: OpenApiNode, message: string, help: string): false => { say(diagnose('CS5018', { message, at: node.at(), help })); return false; };
  if (!isMapping(root.value)) return refuse(root, 'the document is not a mapping, and so not one of OpenAPI', 'check that it is the file you meant');
  const [version, swagger] = [root.child('openapi'), root.child('swagger')];
  if (version.value === undefined && swagger.value !== undefined) return refuse(swagger, `the document is Swagger ${typeof swagger.value === 'string' ? shortened(swagger.value) : '2.0'}, and OpenAPI 3.0 and 3.1 are read`, 'convert it to OpenAPI 3 first, as Swagger Editor and swagger2openapi do');
  if (version.value === undefined) return refuse(root, 'the document does not say which version of OpenAPI it is', 'check that it is the file you meant, or add `openapi: 3.1.0`');
  if (typeof version.value !== 'string') return refuse(version, '`openapi` is not a text of three numbers', 'write it as in `openapi: 3.1.0`');
  if (/^3\.[01]\.\d+(?:-[0-9A-Za-z.-]+)?$/.test(version.value)) return true;
  return refuse(version, `the document is OpenAPI \`${shortened(version.value)}\`, and 3.0 and 3.1 are read`, /^3\.[01]$/.test(version.value) ? `write all three numbers: \`${version.value}.0\`` : 'export it as OpenAPI 3.1');
}

const constructors: Readonly<Record<HttpMethod, string>> = { GET: 'get', HEAD: 'head', POST: 'post', PUT: 'put', PATCH: 'patch', DELETE: 'del', OPTIONS: 'options' };

/** The module, as it is committed. Operations stand in the document's own order. */
function printOperations(operations: readonly ImportedOperation[], command: string, files: readonly SourceFile[], source: string): string {
  const used = [...new Set(operations.map(({ method }) => constructors[method]))].sort();
  return `${[
    `// Generated by \`${commentText(command)}\`: do not edit, import again.`,
    `// source ${commentText(source)}`,
    sourceDigestLine(files),
    `import { ${used.join(', ')} } from 'countersign';`,
    '',
    'export const operations = {',
    ...operations.map(({ name, method, path }) => `  ${keyLiteral(name)}: ${constructors[method]}(${textLiteral(path)}),`),
    '} as const;',
  ].join('\n')}\n`;
}
