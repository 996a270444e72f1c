import { entry } from './entry.ts';

/** CS3330 to CS3349: what the policies of owned cloud resources can't say. */
export const ownedLossEntries = [
  entry({
    code: 'CS3330', name: 'resource-policy-too-large', severity: 'error',
    summary: 'The policy of an owned resource would be larger than its service takes.',
    why: 'The service would refuse it, and the resource would keep whatever policy it had, or none.',
    whatToDo: 'Let fewer workloads call the resource, give them shorter names or a shorter `rolePath`, or split what it holds into several resources.',
    example: "queue('orders', { owned: true, offers: { send: { to: [a, b, /* 60 more */] } } })   // a queue's policy has 8,192 bytes at most",
  }),
  entry({
    code: 'CS3331', name: 'made-key-is-symmetric', severity: 'error',
    summary: 'A key that is made along with the policy is granted for something that it can\'t do.',
    why: 'Keys that are made here rotate by themselves, and only keys that encrypt can. Signing with one would fail when it is tried.',
    whatToDo: 'Make a key of the right kind in your program, and give `key(…)` its ARN or a `hole` for it.',
    example: "key('receipts', { offers: { sign: { to: [billing] } } })   // no `arn`: a key that encrypts is made",
  }),
] as const;
