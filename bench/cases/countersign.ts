// One measured run in a process of its own: `countersign.ts <check|compile> <apis>`. Prints one line of JSON.
import { generateEstate } from '../../test/generators/generate-estate.ts';
import { compile, type Compiled } from '#compile';
import { check } from '#language';
import { noSites } from '#diagnostics';

/** What it took to start and to load the program: part of the price, as it is of the peer's. */
const loaded = process.cpuUsage();
const [verb, size] = process.argv.slice(2);
const { policy, platform, asOf } = generateEstate({ apis: Number(size), grantsPerApi: 10, seed: 1 });
const declared = { policy: { draft: policy, sites: noSites, diagnostics: [] }, platform: { draft: platform, sites: noSites, diagnostics: [] } };

const before = process.cpuUsage();
const result = verb === 'check' ? check(declared.policy, { asOf }) : compile({ ...declared, asOf });
const { user, system } = process.cpuUsage(before);
if (!result.ok) throw new Error(`the generated estate does not ${verb}: ${JSON.stringify(result.diagnostics.slice(0, 3))}`);
const objects = (result.value as Partial<Compiled>).artifacts?.length ?? 0;
process.stdout.write(`${JSON.stringify({ items: result.value.grants.length, objects, cpuSeconds: (user + system) / 1e6, wholeCpuSeconds: (loaded.user + loaded.system + user + system) / 1e6, peakMiB: process.resourceUsage().maxRSS / 1024 })}\n`);
