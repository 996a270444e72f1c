import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillTokens } from '#ir';
import type { AwsArtifact } from '#targets/target';
import { describeWithEngines } from '../engines/engine.ts';
import { applyAll, differences, notInTheEmulator, removeAll } from '../engines/moto/apply.ts';
import { clientsOf } from '../engines/moto/clients.ts';
import { startEmulator, type Emulator } from '../engines/moto/emulator.ts';
import { makeResources } from '../engines/moto/resources.ts';
import { awsShapeProblems } from './aws-shape.ts';
import { existingIn, generated, partitionIn, retailStore, valuesOf, wideEstate, type CloudEstate } from './estates.ts';
import { everyType } from './every-type.ts';

/** The store, and the same worlds for ever. */
const estates: readonly CloudEstate[] = [retailStore(), wideEstate(), ...Array.from({ length: 100 }, (_, seed) => generated(seed + 1))];
const types = (artifacts: readonly AwsArtifact[]): ReadonlySet<string> => new Set(artifacts.map(({ type }) => type));

/** What the rules find and we mean. Each is needed by some estate. */
const meant: readonly (readonly [found: RegExp, because: string])[] = [
  [
    /^aws\/iam\/\w+Policy\/\S+: `\w+` reads s3:x-amz-server-side-encryption(-aws-kms-key-id|-customer-algorithm)?, which s3:(AbortMultipartUpload|ListMultipartUploadParts) has not$/,
    'how an upload of many parts is encrypted is said when it begins, by s3:PutObject; to look at it or give it up says nothing of it, and what is not said passes these tests, in an identity policy',
  ],
  [
    /^aws\/iam\/RolePolicy\/\S+: `Never\w*` reads kms:ViaService, which kms:SynchronizeMultiRegionKey has not$/,
    'nothing of a key is ever done directly: a request without the key is direct, and it is denied',
  ],
  [
    /^aws\/iam\/Policy\/\S+-boundary: `AtMost\w+` is about any account, region or service by `arn:aws[a-z-]*:[a-z0-9-]+:\*?:\*?:(role\/)?\*`$/,
    'a boundary gives nothing, and one that names every resource of a large role has no room',
  ],
];

describe('the artefacts of every estate', () => {
  it('are of every type that the target makes', () => {
    expect(types(estates.flatMap(({ artifacts }) => artifacts))).toEqual(types(everyType));
  });

  it('have the shape that AWS wants, but for what is meant', async () => {
    const found = new Map<string, readonly string[]>();
    for (const estate of estates) {
      const values = valuesOf(estate), artifacts = estate.artifacts.map((one) => JSON.parse(fillTokens(JSON.stringify(one), values)) as AwsArtifact);
      found.set(estate.name, await awsShapeProblems({ artifacts, existing: existingIn(estate), partition: partitionIn(estate), managedPoliciesPerRole: estate.aws.managedPoliciesPerRole }));
    }
    const all = [...found].flatMap(([name, problems]) => problems.map((problem) => ({ name, problem })));
    expect(all.filter(({ problem }) => !meant.some(([shape]) => shape.test(problem)))).toEqual([]);
    expect(meant.filter(([shape]) => !all.some(({ problem }) => shape.test(problem))).map(([, because]) => because)).toEqual([]);
  });
});

describeWithEngines(['moto'], 'the artefacts of every estate, in an emulator of AWS', () => {
  let emulator: Emulator;
  beforeAll(async () => void (emulator = await startEmulator()));
  afterAll(() => emulator?.stop());

  it('are of every type that it has', () => {
    expect(types(estates.flatMap(({ artifacts }) => artifacts))).toEqual(types(everyType));
  });

  it('are taken in the order of their stages, are there as they were sent, and go without a trace', async () => {
    for (const estate of estates) {
      await emulator.reset();
      const clients = clientsOf(emulator.endpoint, estate.aws);
      const applied = await applyAll(estate.artifacts, await makeResources(estate.policy, estate.aws, clients), clients);
      expect(applied.length, estate.name).toBe(estate.artifacts.filter(({ type }) => !Object.hasOwn(notInTheEmulator, type)).length);
      expect(await differences(applied, clients), estate.name).toEqual([]);
      expect(await removeAll(applied, clients), estate.name).toEqual([]);
    }
  }, 600_000);
});
