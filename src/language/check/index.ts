export { check, type CheckedPolicy, type CheckOptions } from './check.ts';
export { checkPlatform, type CheckPlatformOptions } from './check-platform.ts';
