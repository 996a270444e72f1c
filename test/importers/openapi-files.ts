import type { Checked } from '#diagnostics';
import { importOpenApi, type ImportedOpenApi, type OpenApiImport } from '#importers';
import { file, value } from './files.ts';

type Options = Partial<Pick<OpenApiImport, 'basePath' | 'beside'>>;

/** A document by its text, called `shop.yaml`. */
export const openApi = (text: string, options: Options = {}): Checked<ImportedOpenApi> => importOpenApi({ document: file('api/shop.yaml', text), source: 'a test', ...options });

/** A document of these paths, in JSON: they begin on its third line, and the members of the first one on its fifth. */
export const document = (paths: object, more: object = {}): string => JSON.stringify({ openapi: '3.1.0', paths, info: { title: 'shop', version: '1' }, ...more }, null, 2);

/** `name: GET /path`, of each operation. */
export const operationsOf = (result: Checked<ImportedOpenApi>): readonly string[] => value(result).operations.map(({ name, method, path }) => `${name}: ${method} ${path}`);

/** Files beside the document, by their names from its folder. */
export const beside = (files: Readonly<Record<string, string>>): NonNullable<Options['beside']> => (name) => (files[name] === undefined ? 'there is no such file' : file(`api/${name}`, files[name]));

/** `error CS5019 api/shop.yaml:6:5 …` */
export const saidAt = ({ diagnostics }: Pick<Checked<unknown>, 'diagnostics'>): readonly string[] =>
  diagnostics.map(({ severity, code, at, message }) => `${severity} ${code} ${at?.path}:${at?.span?.line}:${at?.span?.column} ${message}`);
