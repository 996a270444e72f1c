import type { AwsArtifact } from '../target.ts';
import type { IamPlan } from './plan.ts';

export const emit = ({ objects }: IamPlan): readonly AwsArtifact[] => objects;
