import * as pulumi from '@pulumi/pulumi';
import { compile } from '#compile';
import { isError, renderText, type Declared, type Diagnostic } from '#diagnostics';
import { digest, encodePolicy, type Platform, type Policy } from '#ir';
import { inWords } from './in-words.ts';
import { withoutResource } from './materialize/kubernetes.ts';
import { materialize } from './materialize/materialize.ts';
import { overwrites } from './materialize/never-overwrites.ts';
import { readSource } from './read-source.ts';

export interface CountersignArgs {
  /** The default export of a policy file. */
  readonly policy: Declared<Policy>;
  /** The default export of a platform file. */
  readonly platform: Declared<Platform>;
  /** The day, or instant, that expiry is judged at: `2027-01-31` or RFC 3339. By default the present. */
  readonly asOf?: string;
  /** Leave out what has expired instead of failing. */
  readonly dropExpired?: boolean;
  /** Values for the policy's holes. No target has holes yet, so there is nothing to fill. */
  readonly values?: Readonly<Record<string, never>>;
}

/**
 * A proved policy as resources: `new Countersign('shop', { policy, platform })`. Its children are typed resources of
 * the platform's providers, which it takes from its options as any component does. A child's name depends on what it
 * is for and never on its content, so that a changed grant updates in place; what denies is created before what
 * allows and deleted after it. A policy that does not compile fails the program before any resource is registered.
 */
export class Countersign extends pulumi.ComponentResource {
  /** `sha256:…` of the policy's canonical JSON. */
  declare readonly policyDigest: pulumi.Output<string>;
  /** Every grant in force: `checkout → orders.create`. */
  declare readonly grants: pulumi.Output<readonly string[]>;
  /** Every object, by id: `networking.k8s.io/v1/NetworkPolicy/<namespace>/<name>`. */
  declare readonly objects: pulumi.Output<readonly string[]>;
  /** What a person has accepted as weaker: feature, plane, until. */
  declare readonly accepted: pulumi.Output<readonly string[]>;

  constructor(name: string, args: CountersignArgs, options?: pulumi.ComponentResourceOptions) {
    const { policy, platform, dropExpired = false, asOf = new Date().toISOString() } = args;
    const compiled = compile({ policy, platform, asOf, dropExpired });
    const said = compiled.diagnostics.filter(({ severity }) => severity !== 'info');
    const text = (wanted: readonly Diagnostic[], outcome: string) => renderText(wanted, { source: readSource, outcome });
    const refusal = (because: readonly Diagnostic[], outcome = 'Nothing was registered.') => inWords(`\n${text(because, outcome)}`);
    if (!compiled.ok || said.some(isError)) throw refusal(said);
    const { value } = compiled;
    const strange = withoutResource(value.artifacts.filter((artifact) => artifact.kind === 'kubernetes'));
    if (strange.length > 0) throw refusal(strange);

    super('countersign:index:Countersign', name, {}, options);
    if (said.length > 0) void pulumi.log.warn(`\n${text(said, '')}`, this);
    const provider = this.getProvider('kubernetes:core/v1:Namespace'); // of the package; the kind is any
    const applied = materialize(name, value.artifacts, {
      parent: this, objections: overwrites(provider), refuse: (found, outcome) => { if (found.length > 0) throw refusal(found, outcome); },
    });
    this.registerOutputs({
      policyDigest: this.policyDigest = pulumi.output(digest(encodePolicy(value.policy))),
      grants: this.grants = pulumi.output(value.grants.map(({ ref }) => ref)),
      objects: this.objects = applied.apply(() => value.artifacts.map(({ id }) => id)),
      accepted: this.accepted = pulumi.output(value.platform.accept.map(({ feature, plane, until }) => `${feature} on the ${plane} plane until ${until}`)),
    });
  }
}
