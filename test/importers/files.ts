import type { Checked, Diagnostic } from '#diagnostics';
import { importManifests, importProto, type ImportedManifests, type ImportedProto, type SourceFile } from '#importers';

export const file = (path: string, text: string): SourceFile => ({ path, bytes: Buffer.from(text) });

export const manifests = (text: string, namespace?: string): Checked<ImportedManifests> =>
  importManifests({ files: [file('shop.yaml', text)], source: 'a test', ...(namespace === undefined ? {} : { namespace }) });
export const protos = (...files: readonly (readonly [string, string])[]): Promise<Checked<ImportedProto>> =>
  importProto({ files: files.map(([path, text]) => file(path, text)), source: 'a test' });

/** `error CS5010 shop.yaml:3 …` */
export const said = ({ diagnostics }: { readonly diagnostics: readonly Diagnostic[] }): readonly string[] =>
  diagnostics.map(({ severity, code, at, message }) => `${severity} ${code} ${at?.path}:${at?.span?.line} ${message}`);

export function value<T>(result: Checked<T>): T {
  if (!result.ok) throw new Error(`it was refused: ${said(result).join('; ')}`);
  return result.value;
}

/** A Deployment of one container, which tests change where they differ. */
export const deployment = (change: { readonly name?: string; readonly pod?: string; readonly container?: string; readonly selector?: string; readonly labels?: string } = {}): string => {
  const { name = 'cart', pod = '', container = '', selector = `matchLabels: { app: ${name} }`, labels = `{ app: ${name} }` } = change;
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec:
  selector: { ${selector} }
  template:
    metadata: { labels: ${labels} }
    spec:
      serviceAccountName: ${name}
${pod}      containers:
      - name: server
        ports: [{ containerPort: 8080, name: http }]
${container}---
apiVersion: v1
kind: ServiceAccount
metadata: { name: ${name}, namespace: shop }
`;
};
export const service = (spec: string): string => `---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec:
  ${spec}
`;
