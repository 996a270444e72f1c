import type { Platform } from '#ir';
import type { Decider } from '#spec';
import type { AwsArtifact } from '../target.ts';

export const interpret = (_artifacts: readonly AwsArtifact[], _platform: Platform): Decider => ({ cloud }) => (cloud === undefined ? 'abstain' : 'deny');
