// One measured run in a process of its own: `countersign.ts <check|compile|ledger> <apis> [planes|cloud]`. `planes`: with a
// mesh and a gateway, so that three targets lower; `cloud`: with what is kept in AWS besides, so that four do. Prints one line of JSON.
import { withCloud } from './cloud.ts';
import { withPlanes } from './planes.ts';
import { ledger } from '#analysis';
import { compile, type Compiled } from '#compile';
import { check } from '#language';
import { noSites } from '#diagnostics';
import { generateEstate } from '#testing';

/** What it took to start and to load the program: part of the price, as it is of the peer's. */
const loaded = process.cpuUsage();
const [verb, size, planes] = process.argv.slice(2);
const plain = generateEstate({ apis: Number(size), grantsPerApi: 10, seed: 1 });
const { policy, platform, asOf } = planes === undefined ? plain : planes === 'cloud' ? withCloud(withPlanes(plain)) : withPlanes(plain);
const declared = { policy: { draft: policy, sites: noSites, diagnostics: [] }, platform: { draft: platform, sites: noSites, diagnostics: [] } };

let before = process.cpuUsage();
const result = verb === 'check' ? check(declared.policy, { asOf }) : compile({ ...declared, asOf });
if (!result.ok) throw new Error(`the generated estate does not ${verb}: ${JSON.stringify(result.diagnostics.slice(0, 3))}`);
if (verb === 'ledger') {
  before = process.cpuUsage(); // the ledger of what has been compiled
  ledger(result.value as Compiled);
}
const { user, system } = process.cpuUsage(before);
const objects = (result.value as Partial<Compiled>).artifacts?.length ?? 0;
process.stdout.write(`${JSON.stringify({ items: result.value.grants.length, objects, cpuSeconds: (user + system) / 1e6, wholeCpuSeconds: (loaded.user + loaded.system + user + system) / 1e6, peakMiB: process.resourceUsage().maxRSS / 1024 })}\n`);
