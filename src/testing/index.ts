// Estates that nobody wrote, and requests on them. Needs `fast-check`; nothing else of the package loads this room.
export { checkedEstate } from './generators/checked.ts';
export { cloudAttempts, cloudManners, type CloudAttempt, type CloudManner } from './generators/cloud-requests.ts';
export { estate, estates, type Estate } from './generators/estate.ts';
export { generateEstate } from './generators/generate-estate.ts';
export { estatePods, type GeneratedNamespace, type GeneratedPod } from './generators/pods.ts';
export { random, type Random } from './generators/random.ts';
export { profiles, type Profile } from './generators/recipe.ts';
export { attempts, type Attempt, type Manner } from './generators/requests.ts';
export { richer } from './generators/richer-estate.ts';
export { shownAttempts, shownManners, type ShownAttempt, type ShownManner } from './generators/shown-requests.ts';
export { variations, type Variation } from './generators/variations.ts';
