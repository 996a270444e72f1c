import { entry } from './entry.ts';

/** CS4xxx: the second reading, of the artefacts themselves. Each is a fault of this compiler or of a target. */
export const verifyEntries = [
  entry({
    code: 'CS4001', name: 'artefacts-too-wide', severity: 'error',
    summary: 'The emitted artefacts admit a request that the policy denies.',
    why: 'Read as the platform\'s documentation says, they are not what was declared. Nothing is written.',
    whatToDo: 'Report it with the witness that the message gives: this is a fault of the compiler or of the target, not of the policy.',
    example: "witness: pod `ads` → pod `payments`, TCP 8443: admitted by NetworkPolicy shop/payments, denied by the policy",
  }),
  entry({
    code: 'CS4002', name: 'artefacts-too-narrow', severity: 'error',
    summary: 'The emitted artefacts deny a request that the policy allows.',
    why: 'Something that was agreed would stop working when this is applied. Nothing is written.',
    whatToDo: 'Report it with the witness that the message gives: this is a fault of the compiler or of the target, not of the policy.',
    example: "witness: pod `checkout` → pod `payments`, TCP 8443: allowed by `checkout → payments.charge`, no rule admits it",
  }),
  entry({
    code: 'CS4003', name: 'administrators-locked-out', severity: 'error',
    summary: 'The emitted artefacts may keep those who look after an owned resource from changing its policy.',
    why: 'Once such a policy is applied, only the root user of the account could take it away again. Nothing is written.',
    whatToDo: 'Report it with the witness that the message gives: this is a fault of the compiler or of the target, not of the policy.',
    example: "witness: the deployer asks `sqs:SetQueueAttributes` of `settlements`: no statement is sure to allow it",
  }),
] as const;
