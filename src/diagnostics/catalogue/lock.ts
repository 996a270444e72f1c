import { entry } from './entry.ts';

/** CS5060–CS5069: the lock. */
export const lockEntries = [
  entry({
    code: 'CS5060', name: 'lock-stale', severity: 'error',
    summary: 'The lock is older than the policy, or than a platform that it holds.',
    why: 'Whoever compares a change with the lock would compare it with what is no longer there.',
    whatToDo: 'Run `countersign lock`, and commit what it writes along with the change.',
    example: "countersign lock --check   // in CI: exit 1 if it is stale",
  }),
  entry({
    code: 'CS5061', name: 'lock-conflicted', severity: 'error',
    summary: 'A merge has left its conflict markers in the lock.',
    why: 'Half of one side and half of the other is a policy that nobody declared, and its digests are those of neither.',
    whatToDo: 'Merge the policy itself; then run `countersign lock`, which writes the lock afresh. Nothing in it is merged by hand.',
    example: "<<<<<<< HEAD\n  \"policyDigest\": \"sha256:4f6c…\",\n=======",
  }),
  entry({
    code: 'CS5062', name: 'lock-not-readable', severity: 'error',
    summary: 'The lock is cut off, not JSON, or not of the shape that `countersign lock` writes.',
    why: 'A reader that guesses would compare with another policy than the one that was locked.',
    whatToDo: 'Run `countersign lock` again, or take the file from version control.',
    example: "a lock of which an editor kept the first half",
  }),
  entry({
    code: 'CS5063', name: 'not-a-lock', severity: 'error',
    summary: 'A file that is read, or written over, as a lock is something else.',
    why: 'It could be somebody\'s work; a lock is written only where there is none, or another lock.',
    whatToDo: 'Give another `--out`, or move the file away.',
    example: "countersign lock --out package.json",
  }),
  entry({
    code: 'CS5064', name: 'lock-edited', severity: 'error',
    summary: 'A part of the lock is not what its digest says.',
    why: 'It was edited by hand, or merged line by line: it says what no policy came to.',
    whatToDo: 'Run `countersign lock`: everything in the lock comes from the policy and its platforms, and is changed there.',
    example: "\"because\": \"a nicer reason\"   // in the lock, and not in the policy",
  }),
  entry({
    code: 'CS5065', name: 'lock-of-another-version', severity: 'error',
    summary: 'The lock has a version of the format that this program does not know.',
    why: 'What a later format means, an earlier program can only guess.',
    whatToDo: 'Use the Countersign that wrote it, or write the lock again with this one.',
    example: "\"$schema\": \"https://countersign.dev/schemas/lock.v2.json\"",
  }),
  entry({
    code: 'CS5066', name: 'lock-missing', severity: 'error',
    summary: 'There is no lock.',
    why: 'There is nothing to compare with.',
    whatToDo: 'Run `countersign lock`, and commit what it writes.',
    example: "countersign lock --check   // before anybody has run countersign lock",
  }),
  entry({
    code: 'CS5067', name: 'lock-places-moved', severity: 'info',
    summary: 'The policy is what the lock holds; some of it stands at other lines.',
    why: 'Places are outside the digests, so that a blank line breaks nothing. Messages that read the lock would point beside the line.',
    whatToDo: 'Run `countersign lock` when it suits; `--strict` makes it an error.',
    example: "a comment above an offer",
  }),
  entry({
    code: 'CS5068', name: 'lock-of-another-tool', severity: 'info',
    summary: 'The lock was written by another version of Countersign, and still holds.',
    why: 'The version is outside the digests: an update that changes nothing breaks nothing.',
    whatToDo: 'Run `countersign lock` when it suits; `--strict` makes it an error.',
    example: "\"tool\": \"0.0.9\"   // and this is 0.1.0",
  }),
  entry({
    code: 'CS5069', name: 'lock-too-large', severity: 'error',
    summary: 'The lock would be larger than any that is read.',
    why: 'A file that can be written and not read holds nothing.',
    whatToDo: 'Lock the platforms one by one, each with an `--out` of its own, or split the policy.',
    example: "countersign lock --platform platform.eu.ts --out eu.lock.json",
  }),
] as const;
