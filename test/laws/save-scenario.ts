import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Keeps what broke a law, shrunk, under `test/scenarios/found/`, so that it can become a scenario. Writes only when
 * `COUNTERSIGN_SAVE_SCENARIOS=1`; otherwise the failure message holds the same text.
 */
export function saveScenario(law: string, found: unknown): string {
  const text = `${JSON.stringify(found, null, 2)}\n`;
  if (process.env['COUNTERSIGN_SAVE_SCENARIOS'] === '1') {
    const folder = new URL('../scenarios/found/', import.meta.url);
    mkdirSync(folder, { recursive: true });
    writeFileSync(fileURLToPath(new URL(`${law}.json`, folder)), text);
  }
  return text;
}
