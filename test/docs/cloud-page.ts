import { atRestDemands, cloudServiceFacts, cloudServices, dataClasses, verbsOf, type CloudAction, type CloudService, type CloudVerb } from '#ir';

/** docs/cloud.md, printed from the table that checks, roles and resource policies are made of. */
export function cloudPage(): string {
  return [
    '# Resources of AWS\n',
    'What a policy can say of a queue, a table or a bucket, and what of it reaches AWS. Printed by `npm run docs` from the table that roles, resource policies and checks are made of.\n',
    'A workload that is granted a verb may do the actions beside it, on the resource whose ARN the policy names, and nothing else. Every statement asks for TLS (`aws:SecureTransport`); where the platform states the service\'s VPC endpoint, that the request came through it (`aws:SourceVpce`, of databases nothing); where the grant ends on a day, that it is not over (`aws:CurrentTime`). Keys of the service\'s own are listed with the verb.\n',
    'Where a resource names a key in `encryptedBy`, a grant on it brings the listed actions of the key, through that service alone (`kms:ViaService`).\n',
    'What a verb does with what the resource keeps is said beside it. What is put there passes to whoever takes it out, and `flow` goes on with them: who sends to a queue and who receives from it need not know each other. Of a bucket, what is put under one prefix is taken under that, or under one that holds it or lies in it. A key keeps nothing, nor does a role; a function counts as both, since what it keeps between two calls is not known.\n',
    'What is not in these tables nobody can be granted: versions, tags and access control lists of objects; streams, backups and PartiQL of tables; re-encryption, grants and pairs of data keys; unsubscribing from topics; whatever makes, changes or deletes a resource. An owned resource refuses it to everybody but its administrators, and some of it to them as well.\n',
    ...cloudServices.flatMap(section),
    '## What a segment\'s data demands at rest\n',
    'Of a resource that stores something, by what its segment `holds`. A weaker declaration does not compile (CS1069).\n',
    table(['holds', 'demands'], dataClasses.map((one) => [`\`${one}\``, atRestDemands[one].demands])),
  ].join('\n');
}

function section(service: CloudService): readonly string[] {
  const facts = cloudServiceFacts[service], verbs = verbsOf(service), [{ keyPage, page }] = [verbs.find((one) => one.keyPage !== undefined) ?? verbs[0]!];
  const keys = verbs.some(({ keyActions }) => keyActions.length > 0);
  return [
    `## A ${facts.noun}: \`${service}\`\n`,
    `\`${facts.example}\`\n`,
    table(
      ['verb', 'does', 'with what is kept', 'actions', ...(keys ? ['of its key'] : []), 'keys that a statement may ask'],
      verbs.map((one) => [`\`${one.verb}\`${one.narrowed === 'may' ? ` (or of one ${facts.within})` : ''}`, one.does, effects[one.effect], one.actions.map(actionText(one)).join(', '), ...(keys ? [codes(one.keyActions)] : []), codes(one.conditionKeys)]),
    ),
    `[${page.title}](${page.url})${keyPage === undefined ? '' : `; [${keyPage.title}](${keyPage.url})`}.\n`,
    `${facts.ownable ? `\`owned: true\` writes its resource policy; administrators keep ${codes(facts.management)}` : `It can't be \`owned\`: no policy of its own refuses whom another one admits`}.${facts.stores ? '' : ' It stores nothing that a key could encrypt.'}\n`,
  ];
}

const effects: Readonly<Record<CloudVerb['effect'], string>> = { puts: 'puts', takes: 'takes', both: 'puts and takes', neither: '–' };
const on: Readonly<Record<CloudAction['on'], string>> = { resource: '', object: ' on `…/*` or `…/<prefix>*`', index: ' on the table, or on `…/index/<index>`' };
const actionText = ({ narrowed }: CloudVerb) => ({ action, on: form, prefixKey }: CloudAction): string =>
  `\`${action}\`${narrowed === 'may' ? on[form] : ''}${prefixKey === undefined ? '' : `, of one prefix with \`${prefixKey}\` below it`}`;
const codes = (list: readonly string[]): string => list.map((one) => `\`${one}\``).join(', ') || '–';
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => `${[head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')}\n`;
