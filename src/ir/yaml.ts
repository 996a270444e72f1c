import type { Checked, Declared } from '#diagnostics';
import { canonicalize, canonicalizePlatform } from './canonical.ts';
import { decode } from './codec/decode.ts';
import { schemaIds } from './codec/encode.ts';
import { platformShape } from './codec/platform-shape.ts';
import { policyShape } from './codec/policy-shape.ts';
import { readYaml } from './codec/yaml/read-yaml.ts';
import { writeYaml } from './codec/yaml/write-yaml.ts';
import type { Platform } from './platform.ts';
import type { Policy } from './policy.ts';

/**
 * Reads a policy from YAML 1.2, strictly: one document of plain data, in UTF-8 (a byte order mark is skipped), of at most 8 MB. No key
 * twice, no property that the schema does not have, no anchors, aliases, tags, merges or directives, and nothing without quotes that
 * readers of YAML 1.1 take for something else. Otherwise as `decodePolicy`. Bad input: CS5004, CS5005, CS5007, CS5008, CS5017, CS5052–CS5054.
 */
export const decodePolicyYaml = (text: string | Uint8Array, path: string): Checked<Declared<Policy>> => decode<Policy>('policy', readYaml(text, path), path);
/** Reads a platform from YAML; as `decodePolicyYaml`. */
export const decodePlatformYaml = (text: string | Uint8Array, path: string): Checked<Declared<Platform>> => decode<Platform>('platform', readYaml(text, path), path);

/**
 * The one YAML text of a policy, which reads back as the same policy: canonical order, block style, quotes where a text could be taken
 * for something else. Its first line is a comment that leads editors to the schema. Equal policies have equal bytes.
 */
export const encodePolicyYaml = (policy: Policy): string => writeYaml(schemaIds.policy, policyShape, canonicalize(policy).policy);
/** The one YAML text of a platform; as `encodePolicyYaml`. */
export const encodePlatformYaml = (platform: Platform): string => writeYaml(schemaIds.platform, platformShape, canonicalizePlatform(platform).platform);

export { maxYamlBytes, readYaml } from './codec/yaml/read-yaml.ts';
