import { entry } from './entry.ts';

/** CS5052–CS5055: policies as YAML, and which file is meant. */
export const yamlEntries = [
  entry({
    code: 'CS5052', name: 'not-yaml', severity: 'error',
    summary: 'A data file is not well-formed YAML.',
    why: 'A reader that guesses would read another policy than the one that was written.',
    whatToDo: 'Correct the place that the message names: most often a quote, a colon, or an indentation.',
    example: "because: orders: the shop   # a second colon: put the text in quotes",
  }),
  entry({
    code: 'CS5053', name: 'yaml-beyond-data', severity: 'error',
    summary: 'A policy in YAML has an anchor, an alias, a tag, a merge, a directive, or a key that is not a text.',
    why: 'A policy is read by people: each line says what it says, where it stands. And a few aliases can stand for more than any memory holds.',
    whatToDo: 'Write it out. What repeats itself is best declared in TypeScript, which has constants.',
    example: "offers: *theSame   # write them out",
  }),
  entry({
    code: 'CS5054', name: 'unquoted-and-ambiguous', severity: 'error',
    summary: 'Something without quotes is one thing to readers of YAML 1.2 and another to those of YAML 1.1.',
    why: 'Both kinds are in wide use. `NO` is Norway to one and `false` to the other, `0777` is 777 or 511, `18:00` a text or 1080.',
    whatToDo: 'Quote it if the text is meant; else write the value in the way that all of them read.',
    example: "end: 18:00   # write \"18:00\"",
  }),
  entry({
    code: 'CS5055', name: 'several-files-fit', severity: 'error',
    summary: 'No file was named, and several could be meant: `policy.ts` and `policy.yaml`, or several platforms beside the policy.',
    why: 'Whichever were taken, somebody would edit the other one and see nothing change.',
    whatToDo: 'Name the file on the command line or in `countersign.config.json`, or remove what is no longer used.',
    example: "policy.ts   policy.yaml   platform.ts",
  }),
] as const;
