import * as pulumi from '@pulumi/pulumi';
import { compile } from '#compile';
import { isError, locate, renderText, type Declared, type Diagnostic } from '#diagnostics';
import { digest, encodePolicy, type Platform } from '#ir';
import type { DeclaredPolicy } from '#language';
import { asWritten } from './as-written.ts';
import { holeValues, type ValuesOf } from './hole-values.ts';
import { inWords } from './in-words.ts';
import { modulesOf } from './materialize/aws.ts';
import { withoutPackage } from './materialize/aws-modules.ts';
import { materialize } from './materialize/materialize.ts';
import { overwrites } from './materialize/never-overwrites.ts';
import { withoutResource } from './materialize/without-resource.ts';
import { readSource } from './read-source.ts';

/** `Holes` are the names of the policy's holes, where its type knows them: `values` then has exactly those. */
export type CountersignArgs<Holes extends string = string> = {
  /**
   * The default export of a policy file. Of what it says is `owned` the whole resource policy is written: one that is there
   * is replaced. Roles and policies are made, and fail where their names are taken.
   */
  readonly policy: DeclaredPolicy<Holes>;
  /** The default export of a platform file. */
  readonly platform: Declared<Platform>;
  /** The day, or instant, that expiry is judged at: `2027-01-31` or RFC 3339. By default the present. */
  readonly asOf?: string;
  /** Leave out what has expired instead of failing. */
  readonly dropExpired?: boolean;
} & HolesFilled<Holes>;

type HolesFilled<Holes extends string> = [Holes] extends [never] ? { /** The policy has no holes. */ readonly values?: Readonly<Record<string, never>> }
  : string extends Holes ? { /** A value for each of the policy's holes, by name. */ readonly values?: ValuesOf<string> }
  : { /** A value for each of the policy's holes, by name: an ARN, or an output that becomes one. */ readonly values: ValuesOf<Holes> };

/**
 * A proved policy as resources: `new Countersign('shop', { policy, platform })`. Its children are typed resources of
 * the platform's providers (`kubernetes` and `aws`), which it takes from its options as any component does. A child's name depends on what it
 * is for and never on its content, so that a changed grant updates in place; what denies is created before what
 * allows and deleted after it. A policy that does not compile fails the program before any resource is registered.
 */
export class Countersign<Holes extends string = string> extends pulumi.ComponentResource {
  /** `sha256:…` of the policy's canonical JSON. */
  declare readonly policyDigest: pulumi.Output<string>;
  /** Every grant in force: `checkout → orders.create`. */
  declare readonly grants: pulumi.Output<readonly string[]>;
  /** Every object, by id: `networking.k8s.io/v1/NetworkPolicy/<namespace>/<name>`, `aws/iam/Role/<name>`. */
  declare readonly objects: pulumi.Output<readonly string[]>;
  /** What a person has accepted as weaker: feature, plane, until. */
  declare readonly accepted: pulumi.Output<readonly string[]>;
  /** The ARN of each key that the policy makes, by the name of its API. */
  declare readonly keys: pulumi.Output<Readonly<Record<string, string>>>;

  constructor(name: string, args: CountersignArgs<Holes>, options?: pulumi.ComponentResourceOptions) {
    const { policy, platform, dropExpired = false, asOf = new Date().toISOString(), values: given } = args as CountersignArgs;
    const compiled = compile({ policy: asWritten(policy), platform: asWritten(platform), asOf, dropExpired });
    const said = compiled.diagnostics.filter(({ severity }) => severity !== 'info');
    const text = (wanted: readonly Diagnostic[], outcome: string) => renderText(wanted, { source: readSource, outcome });
    const refusal = (because: readonly Diagnostic[], outcome = 'Nothing was registered.') => inWords(`\n${text(because, outcome)}`);
    if (!compiled.ok || said.some(isError)) throw refusal(said);
    const { value } = compiled;
    const refuse = (found: readonly Diagnostic[], outcome?: string): void => { if (found.length > 0) throw refusal(locate(found, value.sites), outcome); };
    refuse(withoutResource(value.artifacts));
    refuse(withoutPackage(modulesOf(value.artifacts.filter((artifact) => artifact.kind === 'aws'))));
    const values = holeValues(given, value, refuse);

    super('countersign:index:Countersign', name, {}, options);
    if (said.length > 0) void pulumi.log.warn(`\n${text(said, '')}`, this);
    const provider = this.getProvider('kubernetes:core/v1:Namespace'); // of the package; the kind is any
    const { applied, keys } = materialize(name, value.artifacts, {
      parent: this, objections: overwrites(provider), refuse, values, ...(value.platform.aws === undefined ? {} : { aws: value.platform.aws }),
    });
    this.registerOutputs({
      policyDigest: this.policyDigest = pulumi.output(digest(encodePolicy(value.policy))),
      grants: this.grants = pulumi.output(value.grants.map(({ ref }) => ref)),
      objects: this.objects = applied.apply(() => value.artifacts.map(({ id }) => id)),
      accepted: this.accepted = pulumi.output(value.platform.accept.map(({ feature, plane, until }) => `${feature} on the ${plane} plane until ${until}`)),
      keys: this.keys = pulumi.all(Object.fromEntries(keys)),
    });
  }
}
