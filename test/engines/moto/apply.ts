import type { AwsArtifact, AwsValue } from '#targets/target';
import type { Clients } from './clients.ts';
import { kinds, type Kind, type Sent } from './kinds.ts';
import { fill, type EmulatedResources } from './resources.ts';

/** An artefact that is there, and all that is needed to find it again and to take it away. */
export interface Applied { readonly artifact: AwsArtifact; readonly kind: Kind; readonly sent: Sent; readonly arn: string | undefined }

/** Types that the emulator has not got, with the reason; they are looked at by rule only (`test/cloud/aws-shape.ts`). */
export const notInTheEmulator: Readonly<Record<string, string>> = {
  'eks/podIdentityAssociation:PodIdentityAssociation': 'its EKS has clusters, node groups and Fargate profiles',
  'rolesanywhere/profile:Profile': 'it has no Roles Anywhere',
};

/**
 * Makes every artefact through AWS's SDK, in the order of stages, as `up` would. `made` keys fill their tokens for what
 * comes later, which is why the order within a stage is that of who waits for whom.
 */
export async function applyAll(artifacts: readonly AwsArtifact[], resources: EmulatedResources, clients: Clients): Promise<readonly Applied[]> {
  const applied: Applied[] = [];
  for (const artifact of inOrder(artifacts)) {
    if (Object.hasOwn(notInTheEmulator, artifact.type)) continue; // named above, and a test holds the table to what the emulator says
    const kind = kinds[artifact.type];
    if (kind === undefined) throw new Error(`${artifact.id}: nothing is known of ${artifact.type}`);
    const sent = sentOf(artifact, resources);
    const unknown = Object.keys(sent).filter((name) => !kind.inputs.includes(name));
    if (unknown.length > 0) throw new Error(`${artifact.id}: nothing is known of ${unknown.join(', ')} of ${artifact.type}`);
    let arn: string | undefined;
    try {
      arn = await kind.create(clients, sent);
    } catch (error) {
      throw new Error(`${artifact.id} is turned down: ${(error as Error).name}: ${(error as Error).message}`, { cause: error });
    }
    if (artifact.makes !== undefined) resources.values.set(`made:${artifact.makes}`, arn!);
    applied.push({ artifact, kind, sent, arn });
  }
  return applied;
}

/** What is there and is not what was sent: one line a difference. */
export async function differences(applied: readonly Applied[], clients: Clients): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const { artifact, kind, sent, arn } of applied) {
    const found = await kind.read(clients, sent, arn);
    if (found === undefined) lines.push(`${artifact.id} is not there`);
    else for (const [name, value] of Object.entries(sent)) if (!same(value, found[name], Object.hasOwn(artifact.documents, name))) lines.push(`${artifact.id}: ${name} is ${JSON.stringify(found[name])}, sent was ${JSON.stringify(value)}`);
  }
  return lines;
}

/** Takes all of it away, last first, and answers what is still there. */
export async function removeAll(applied: readonly Applied[], clients: Clients): Promise<readonly string[]> {
  for (const { kind, sent, arn } of applied.toReversed()) await kind.remove(clients, sent, arn);
  const left: string[] = [];
  for (const { artifact, kind, sent, arn } of applied) if ((await kind.read(clients, sent, arn)) !== undefined) left.push(artifact.id);
  return left;
}

/** Inputs with every token filled, documents as the JSON text that AWS is sent. */
export function sentOf({ properties, documents }: AwsArtifact, resources: EmulatedResources): Sent {
  const filled = (value: AwsValue): unknown => {
    if (typeof value === 'string') return fill(value, resources);
    if (typeof value !== 'object') return value;
    return Array.isArray(value) ? value.map(filled) : Object.fromEntries(Object.entries(value).map(([name, each]) => [name, filled(each as AwsValue)]));
  };
  return { ...(filled(properties) as Sent), ...Object.fromEntries(Object.entries(documents).map(([name, document]) => [name, fill(JSON.stringify(document), resources)])) };
}

/** By stage; within one, keys first, whose ARNs others hold, and what is attached after what it is attached to. */
function inOrder(artifacts: readonly AwsArtifact[]): readonly AwsArtifact[] {
  const rank = ({ type, makes }: AwsArtifact): number => (makes !== undefined ? 0 : type === 'iam/rolePolicyAttachment:RolePolicyAttachment' ? 2 : 1);
  return [...artifacts].sort((a, b) => a.stage - b.stage || rank(a) - rank(b) || (a.id < b.id ? -1 : 1));
}

function same(sent: unknown, found: unknown, isDocument: boolean): boolean {
  if (isDocument) return typeof found === 'string' && JSON.stringify(JSON.parse(found)) === sent;
  return JSON.stringify(sorted(sent)) === JSON.stringify(sorted(found));
}
const sorted = (value: unknown): unknown =>
  (typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value);
