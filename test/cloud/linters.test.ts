import { beforeAll, expect, it } from 'vitest';
import { fillTokens } from '#ir';
import type { AwsArtifact, PolicyDocument } from '#targets/target';
import { describeWithEngines } from '../engines/engine.ts';
import { lint, type LintedDocument, type LintFinding } from '../engines/iam-linters/lint.ts';
import { placedDocuments } from './aws-shape.ts';
import { faulty } from './faulty-documents.ts';
import { generated, partitionIn, retailStore, valuesOf, wideEstate, type CloudEstate } from './estates.ts';
import { meantFindings } from './meant-findings.ts';

const estates: readonly CloudEstate[] = [retailStore(), wideEstate(), ...Array.from({ length: 100 }, (_, seed) => generated(seed + 1))];

/** Every document of an estate as AWS is to have it. A `*` in the policy of a key or a secret is that key or secret, and the linters are told so. */
function documentsOf(estate: CloudEstate): readonly LintedDocument[] {
  const values = valuesOf(estate), partition = partitionIn(estate), { accountId, region } = estate.aws;
  const keyToBe = `arn:${partition}:kms:${region}:${accountId}:key/1234abcd-12ab-34cd-56ef-1234567890ab`;
  return estate.artifacts.map((one) => JSON.parse(fillTokens(JSON.stringify(one), values)) as AwsArtifact).flatMap((artifact) => placedDocuments(artifact, partition).map(({ document, id, kind, resource, service }): LintedDocument => {
    const about = kind === 'trust' ? `arn:${partition}:iam::${accountId}:role${String(artifact.properties['path'] ?? '/')}${String(artifact.properties['name'])}` : resource ?? keyToBe;
    return { id: `${estate.name}: ${id}`, kind, account: accountId, about, document: service === 'kms' || service === 'secretsmanager' ? aboutItself(document, about) : document };
  }));
}

const aboutItself = ({ Statement, Version }: PolicyDocument, itself: string): PolicyDocument =>
  ({ Version, Statement: Statement.map((one) => (one.Resource === undefined ? one : { ...one, Resource: one.Resource.map((each) => (each === '*' ? itself : each)) })) });

const isMeant = (one: LintFinding) => ({ detail, id, issue, linter, sid }: typeof meantFindings[number]): boolean =>
  one.linter === linter && one.issue === issue && id.test(one.id) && (sid === undefined || sid.test(one.sid ?? '')) && (detail === undefined || detail.test(one.detail));

describeWithEngines(['iam-linters'], 'two linters', () => {
  let found: readonly LintFinding[];
  const documents = estates.flatMap(documentsOf);
  beforeAll(async () => void (found = await lint([...documents, ...faulty.map(({ document, kind }, at): LintedDocument => ({
    id: `faulty ${at}`, kind, account: '111122223333', about: 'arn:aws:iam::111122223333:role/shop/shop-orders', document: { Version: '2012-10-17', Statement: document },
  }))])), 300_000);

  it('are asked about every kind of document of every estate', () => {
    expect(new Set(documents.map(({ kind }) => kind))).toEqual(new Set(['identity', 'resource', 'trust']));
    expect(documents.length).toBeGreaterThan(1000);
  });

  it('have nothing against the documents of any estate but what is meant', () => {
    const other = found.filter(({ id }) => !id.startsWith('faulty ')).filter((one) => !meantFindings.some(isMeant(one)));
    expect(other.slice(0, 20)).toEqual([]);
  });

  it('have something against a document for every finding that is meant', () => {
    expect(meantFindings.filter((one) => !found.some((finding) => !finding.id.startsWith('faulty ') && isMeant(finding)(one)))).toEqual([]);
  });

  it.each(faulty.map(({ finds, what }, at) => [what, at, finds] as const))('find %s', (_what, at, finds) => {
    const against = found.filter(({ id }) => id === `faulty ${at}`).map(({ issue, linter }) => `${linter} ${issue}`);
    expect(against).toEqual(expect.arrayContaining([...finds]));
  });
});
