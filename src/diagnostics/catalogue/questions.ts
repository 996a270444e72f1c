import { entry } from './entry.ts';

/** CS5070 to CS5079: questions about a policy. No command asks them yet. */
export const questionEntries = [
  entry({
    code: 'CS5070', name: 'unknown-name-in-question', severity: 'error',
    summary: 'A question names somebody or something that the policy does not have.',
    why: '"Denied" would be a true answer to a question that nobody meant to ask.',
    whatToDo: 'Write the name that the message suggests.',
    example: "orders.creatOrder",
  }),
  entry({
    code: 'CS5071', name: 'unreadable-question', severity: 'error',
    summary: 'What a question is about is written in a way that means nothing.',
    why: 'An answer to a question that was misread is worse than none.',
    whatToDo: 'Write it as the message says.',
    example: "wokload:ui",
  }),
  entry({
    code: 'CS5072', name: 'ambiguous-name-in-question', severity: 'error',
    summary: 'A name in a question is that of several things.',
    why: 'A workload that is named like a group of people is not that group, and may do something else.',
    whatToDo: 'Say which one, in full: `workload:support` or `people:support`.',
    example: "support   // a workload and a group of people",
  }),
  entry({
    code: 'CS5073', name: 'unfit-fact-in-question', severity: 'error',
    summary: 'A fact that a question states can\'t be read, or is none of whoever asks.',
    why: 'A fact that changes nothing would make the answer look as if it had been taken into account.',
    whatToDo: 'Correct it, or leave it out.',
    example: "groups=admins, of a workload that shows no token",
  }),
] as const;
