import { diagnose, type Diagnostic, type Location } from '#diagnostics';
import { maxSourceBytes, type SourceFile } from '../source-file.ts';
import { documentsOf, openApiYaml } from '../yaml-documents.ts';
import { findReferences, type Way } from './find-references.ts';
import { readReference, type Reference } from './reference.ts';

/** Reads a file by its path from the folder of the document, in a normal form that never leads out of it; or says why not, in the words after "it can't be read:". */
export type ReadBeside = (path: string) => SourceFile | string;

/** A file of the document as data. `name` is its path from the document's folder. */
export interface OpenApiFile { readonly name: string; readonly value: unknown; readonly locate: (way: Way) => Location }
export interface OpenApiFiles {
  /** The document itself; absent where it can't be read. */
  readonly entry: OpenApiFile | undefined;
  readonly byName: ReadonlyMap<string, OpenApiFile>;
  /** All that was read, for the digest. */
  readonly sources: readonly SourceFile[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Of a document with all that it refers to. Real ones that are cut up have some dozens. */
const maxFiles = 200;

/**
 * Reads a document and, where `beside` is given, every file that it refers to, and they in turn, each once. What leads
 * elsewhere is CS5020, said once for each place that it leads to.
 */
export function openApiFiles(document: SourceFile, beside: ReadBeside | undefined): OpenApiFiles {
  const diagnostics: Diagnostic[] = [];
  const byName = new Map<string, OpenApiFile>();
  const own = document.path.slice(Math.max(document.path.lastIndexOf('/'), document.path.lastIndexOf('\\')) + 1);
  const sources = new Map<string, SourceFile | undefined>([[own, document]]); // undefined: it was tried
  let bytes = document.bytes.length;

  /** False where no more is read. */
  const admit = (leading: Leading): boolean => {
    const { reference, at } = leading;
    const refuse = (what: string, help: string): void => { diagnostics.push(referenceProblem(leading, what, help)); };
    if (reference.to === 'nowhere') refuse(reference.what, reference.help);
    else if (beside === undefined) refuse('is in another file, and no other is read unless that is asked for', 'bundle the document into one file, or give `--allow-external-refs`');
    else if (!sources.has(reference.path)) {
      if (sources.size >= maxFiles) {
        diagnostics.push(diagnose('CS5017', { message: `the document refers to more than ${maxFiles} files`, at, help: 'bundle it into one file' }));
        return false;
      }
      const source = beside(reference.path);
      sources.set(reference.path, typeof source === 'string' ? undefined : source);
      if (typeof source === 'string') { refuse(`can't be read: ${source}`, 'correct the reference, or put the file there'); return true; }
      bytes += source.bytes.length;
      if (bytes <= maxSourceBytes) return true;
      diagnostics.push(diagnose('CS5017', { message: `the document and the files that it refers to have more than ${maxSourceBytes} bytes`, at, help: 'split it, or check that these are the files you meant' }));
      return false;
    }
    return true;
  };

  // a map gives what is added while it is walked, too
  walk: for (const [name, source] of sources) {
    const file = source === undefined ? undefined : readFile(name, source, diagnostics);
    if (file === undefined) continue;
    byName.set(name, file);
    for (const leading of leadingOut(file)) if (!admit(leading)) break walk;
  }
  return { entry: byName.get(own), byName, sources: [...sources.values()].filter((source) => source !== undefined), diagnostics };
}

function readFile(name: string, source: SourceFile, diagnostics: Diagnostic[]): OpenApiFile | undefined {
  const { documents: [first, second], diagnostics: found } = documentsOf([source], openApiYaml);
  for (const one of found) diagnostics.push(one);
  if (first === undefined) {
    if (found.length === 0) diagnostics.push(diagnose('CS5018', { message: 'the file is empty', at: { path: source.path }, help: 'check that it is the file you meant' }));
    return undefined;
  }
  if (second !== undefined) {
    diagnostics.push(diagnose('CS5018', { message: 'the file holds several YAML documents, and an API is described by one', at: second.locate([]), help: 'give each a file of its own' }));
    return undefined;
  }
  return { name, value: first.value, locate: first.locate };
}

interface Leading { readonly text: string; readonly reference: Exclude<Reference, { readonly to: 'here' }>; readonly at: Location; /** How many more lead to the same place. */ readonly more: number }

/** What leads out of a file, the first of each place that it leads to, in their order. */
function leadingOut({ name, value, locate }: OpenApiFile): readonly Leading[] {
  const found = new Map<string, Leading>();
  for (const { text, way } of findReferences(value)) {
    if (text.startsWith('#')) continue; // where it is of a path item, whoever follows it says what is wrong
    const reference = readReference(text, name);
    if (reference.to === 'here') continue;
    const key = reference.to === 'file' ? `file ${reference.path}` : `text ${text}`;
    const [here, known] = [{ text, reference, at: locate(way) }, found.get(key)];
    found.set(key, known === undefined ? { ...here, more: 0 } : { ...(byPlace(here, known) < 0 ? here : known), more: known.more + 1 });
  }
  return [...found.values()].sort(byPlace);
}

const byPlace = ({ at: a }: { readonly at: Location }, { at: b }: { readonly at: Location }): number =>
  (a.span?.line ?? 0) - (b.span?.line ?? 0) || (a.span?.column ?? 0) - (b.span?.column ?? 0);

function referenceProblem({ text, at, more }: Leading, what: string, help: string): Diagnostic {
  return diagnose('CS5020', { message: `the reference \`${shortened(text)}\` ${what}${more === 0 ? '' : ` (so ${more === 1 ? 'does one more' : `do ${more} more`})`}`, at, help });
}

export const shortened = (text: string): string => (text.length > 100 ? `${text.slice(0, 99)}…` : text);
