import { appendFileSync } from 'node:fs';
import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';

// One program for every question; `ways` has the answers that are tried. A ConfigMap stands for a queue whose ARN the
// cloud chooses (its uid, which the API server chooses), and others for policies, with the document in an annotation.
const config = new pulumi.Config('spike');
const saw = (what: string, value?: unknown): void => appendFileSync(config.require('log'), `${JSON.stringify({ run: pulumi.runtime.isDryRun() ? 'preview' : 'up', what, value })}\n`);
const thing = (name: string, document: pulumi.Input<string>, options: pulumi.CustomResourceOptions = {}): k8s.core.v1.ConfigMap =>
  new k8s.core.v1.ConfigMap(name, { metadata: { name, namespace: 'default', annotations: { document } } }, options);

/** Its data can't be changed in place: another `generation` is another queue with another ARN. */
const queue = new k8s.core.v1.ConfigMap('queue', { metadata: { name: 'queue', namespace: 'default' }, data: { generation: config.get('generation') ?? '1' } });
const made = pulumi.interpolate`arn:aws:sqs:eu-west-1:111122223333:${queue.metadata.uid}`;
const known = 'arn:aws:sqs:eu-west-1:111122223333:audit';

/** What a compiler gives: the set of documents, each with the names of its holes, all known before anything runs. */
const documents = { send: ['settlements'], both: ['audit', 'settlements'], none: [] } as const;
type Hole = 'settlements' | 'audit';
type Values = Readonly<Record<Hole, pulumi.Input<string>>>;
const printed = (holes: readonly Hole[], values: Readonly<Partial<Record<Hole, string>>>): string => JSON.stringify({ Action: 'sqs:SendMessage', Resource: holes.map((hole) => values[hole]) });
/** Only the values that the document has holes for: another's unknown value must not make it unknown. */
const filled = (holes: readonly Hole[], values: Values): pulumi.Output<string> =>
  pulumi.all(Object.fromEntries(holes.map((hole) => [hole, values[hole]]))).apply((all) => { saw(`document ${holes.join('+')}`, all); return printed(holes, all); });
const documentsOf = (values: Values, options: pulumi.CustomResourceOptions = {}): readonly k8s.core.v1.ConfigMap[] =>
  Object.entries(documents).map(([name, holes]) => thing(`policy-${name}`, filled(holes, values), options));

const wellFormed = (hole: Hole, value: string): string => {
  saw(`checked ${hole}`, value);
  if (/^arn:aws:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]+$/.test(value)) return value;
  const refusal = new pulumi.RunError(`the hole \`${hole}\` was filled with \`${value}\`, which is no ARN of a queue`);
  delete refusal.stack; // slow to inspect
  throw refusal;
};
const checkedOne = (hole: Hole, value: pulumi.Input<string>): pulumi.Output<string> => pulumi.output(value).apply((text) => wellFormed(hole, text));
/** Each value is checked when *it* is known. */
const checked = ({ audit, settlements }: Values): Values => ({ audit: checkedOne('audit', audit), settlements: checkedOne('settlements', settlements) });

const ways: Readonly<Record<string, () => void>> = {
  documents: () => documentsOf({ settlements: made, audit: known }),
  resources: () => void pulumi.all([made, known]).apply(([settlements, audit]) => documentsOf({ settlements, audit })),
  secret: () => documentsOf({ settlements: pulumi.secret(made), audit: known }),
  missing: () => documentsOf({ settlements: undefined as never, audit: known }),
  seen: () => {
    pulumi.output({ settlements: made, audit: known }).apply((all) => saw('an object with one unknown member', all));
    pulumi.output({ settlements: made, audit: known }).audit.apply((audit) => saw('its known member', audit));
    queue.metadata.name.apply((name) => saw('a property that the program set', name));
    queue.id.apply((id) => saw('the id', id));
    const later = made.apply((settlements) => ({ settlements, audit: known }));
    saw('the keys of an Output', Object.keys(later).filter((key) => key === 'settlements' || key === 'audit'));
    saw('an Output in a text', String(made).split('\n')[0]);
    saw('an Output in JSON', JSON.stringify({ Resource: made }).slice(0, 64));
    saw('an Output in a condition', made ? 'taken' : 'not taken');
  },
  'checked late': () => documentsOf(checked({ settlements: pulumi.interpolate`${made}/*`, audit: known })),
  'checked early': () => documentsOf(checked({ settlements: made, audit: 'arn:aws:sqs:eu-west-1:111122223333:*' })),
  // As the component does it: nothing of it is made before every value has been found good.
  gated: () => {
    const values = checked({ settlements: pulumi.interpolate`${made}/*`, audit: known });
    documentsOf(values, { dependsOn: pulumi.all([values.audit, values.settlements]).apply((): pulumi.Resource[] => []) });
  },
};

ways[config.require('way')]!();
saw('the end of the program');
export const { uid } = queue.metadata;
