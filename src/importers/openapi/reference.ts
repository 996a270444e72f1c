/**
 * Where a `$ref` leads, by its text alone. `pointer` is absent where the fragment is none, but the name of an anchor. Files are named from the folder of the document, whatever
 * file the text stands in.
 */
export type Reference =
  | { readonly to: 'here'; readonly pointer: readonly string[] | undefined }
  | { readonly to: 'file'; readonly path: string; readonly pointer: readonly string[] | undefined }
  /** With the reason why it is never followed: the end of a sentence that begins with the text. */
  | { readonly to: 'nowhere'; readonly what: string; readonly help: string };

const bundle = 'bundle the document into one file';

/** `from` is the file that the text stands in, as `orders.yaml` or `paths/orders.yaml`. */
export function readReference(text: string, from: string): Reference {
  const hash = text.indexOf('#');
  const [file, fragment] = hash < 0 ? [text, ''] : [text.slice(0, hash), text.slice(hash + 1)];
  if (/^[A-Za-z][A-Za-z0-9+.-]*:|^[\\/]{2}/.test(file)) return { to: 'nowhere', what: 'is a URL, and nothing is read but files', help: `keep a copy in the folder of the document, or ${bundle}` };
  const pointer = readPointer(fragment);
  if (file === '') return { to: 'here', pointer };
  const path = pathFrom(from, file);
  if (path === undefined) return { to: 'nowhere', what: 'is not the name of a file', help: 'write it as in `./paths/orders.yaml#/orders`' };
  if (path.startsWith('../') || path.startsWith('/')) return { to: 'nowhere', what: 'leads out of the folder of the document', help: `move the file into the folder, or ${bundle}` };
  return path === from ? { to: 'here', pointer } : { to: 'file', path, pointer };
}

/** RFC 6901, section 6, of a fragment without its `#`; undefined for what is none, as the name of an anchor. */
function readPointer(fragment: string): readonly string[] | undefined {
  const text = decoded(fragment);
  if (text === undefined || (text !== '' && !text.startsWith('/'))) return undefined;
  if (/~(?![01])/.test(text)) return undefined;
  return text === '' ? [] : text.slice(1).split('/').map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** A normal form: steps up only at its beginning. */
function pathFrom(from: string, file: string): string | undefined {
  const text = decoded(file);
  if (text === undefined || /[\\\0?]/.test(text) || text.endsWith('/')) return undefined;
  const steps: string[] = text.startsWith('/') ? [''] : from.split('/').slice(0, -1);
  for (const step of text.split('/')) {
    if (step === '' || step === '.') continue;
    if (step === '..' && steps.length > 0 && steps.at(-1) !== '..' && steps.at(-1) !== '') steps.pop();
    else steps.push(step);
  }
  const path = steps.join('/');
  return path === '' || path === '..' || path.endsWith('/..') ? undefined : path;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
