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

/**
 * What `provider` would write over, setting by setting; undefined stands for the provider that Pulumi makes by default. Each
 * stands alone: at preview a setting that was not given is not known (nobody knows what a provider will answer), and one
 * such would hide the others.
 */
export function overwrites(provider: pulumi.ProviderResource | undefined): readonly pulumi.Output<readonly Diagnostic[]>[] {
  return settings.map((setting) => pulumi.output<string | undefined>(provider === undefined ? byDefault(setting) : given(provider, setting)).apply((value) => (String(value) !== 'true' ? [] : [diagnose('CS5031', {
    message: `the Kubernetes provider has \`${setting}\`, with which it writes over objects that are there and are not Countersign's`,
    help: `leave \`${setting}\` out, or give the component a provider of its own without it`,
  })])));
}

/** A provider's inputs are its outputs too, though its declared type shows none; what is no text travels as JSON. */
const given = (provider: pulumi.ProviderResource, setting: Setting): pulumi.Output<string> | undefined => (provider as unknown as Readonly<Record<string, pulumi.Output<string> | undefined>>)[setting];
const byDefault = (setting: Setting): string | undefined => new pulumi.Config('kubernetes').get(setting) ?? process.env[overwriting[setting]];
