import { existsSync, readFileSync } from 'node:fs';

/** The line of the user's own file, for a message. */
export const readSource = (path: string): string | undefined => (existsSync(path) ? readFileSync(path, 'utf8') : undefined);
