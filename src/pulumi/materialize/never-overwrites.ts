import * as pulumi from '@pulumi/pulumi';
import { diagnose, type Diagnostic } from '#diagnostics';

/**
 * Settings of the Kubernetes provider that let it write over what somebody else made or owns, and the variables of its
 * environment that switch them on (Pulumi Registry, "Kubernetes Provider: Configuration"). Without them an object
 * that is there already, or a field that another manager owns, is an error of that object.
 */
const overwriting = { upsertExistingObjects: 'PULUMI_K8S_UPSERT_EXISTING_OBJECTS', enablePatchForce: 'PULUMI_K8S_ENABLE_PATCH_FORCE' } as const;
type Setting = keyof typeof overwriting;
const settings = Object.keys(overwriting) as readonly Setting[];

/** What `provider` would write over, as diagnostics; undefined stands for the provider that Pulumi makes by default. Not known before the provider's settings are. */
export function overwrites(provider: pulumi.ProviderResource | undefined): pulumi.Output<readonly Diagnostic[]> {
  const values = settings.map((setting) => pulumi.output(provider === undefined ? byDefault(setting) : given(provider, setting)));
  return pulumi.all(values).apply((all) => settings.filter((_, at) => String(all[at]) === 'true').map((setting) => diagnose('CS5031', {
    message: `the Kubernetes provider has \`${setting}\`, with which it writes over objects that are there and are not Countersign's`,
    help: `leave \`${setting}\` out, or give the component a provider of its own without it`,
  })));
}

/** A provider's inputs are its outputs too, though its declared type shows none; objects travel as JSON texts. */
const given = (provider: pulumi.ProviderResource, setting: Setting): unknown => (provider as unknown as Readonly<Record<string, unknown>>)[setting];
const byDefault = (setting: Setting): unknown => new pulumi.Config('kubernetes').get(setting) ?? process.env[overwriting[setting]];
