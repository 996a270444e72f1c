import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { check } from '#language';
import { decide as judge } from '#spec';
import { exitCode, type ExitCode } from '../exit-code.ts';
import { readRequestLine } from '../load/request-line.ts';
import { refineSource } from '../load/refine-source.ts';
import { say } from '../talk.ts';
import { asOfOption, now, policyOption, readChosen, type Command, type PolicyOptions } from './command.ts';

/** Answers requests, one JSON object a line, by the reference meaning. */
export const decide: Command = {
  name: 'decide',
  register: (program, end) => program.command('decide')
    .argument('[policy]', 'the policy, a .ts, .js, .json or .yaml file').argument('[requests]', 'a file of requests, one JSON object a line; by default stdin')
    .description('answer requests, one JSON object a line, by the reference meaning')
    .addOption(policyOption()).addOption(asOfOption())
    .addHelpText('after', `
A request   {"from": {"workload": "checkout"}, "to": {"api": "orders", "operation": "create"}}
            from  {"workload"} | {"pod": {"namespace", "labels"}} | {"anyone": true} | {"builtin": "nodeProbes"}
                  {"person": {"provider", "claims"}, "through": "ui"} | {"partner"}; without "through", a person comes from outside
            to    {"api", "operation"} | {"api", "method", "path", "upgrade": "websocket"} | {"workload", "probe"}
                  {"workload", "port", "protocol"} | {"builtin": "clusterDns"}
            context  optional; {"time": "2027-01-31T12:00:00Z"} …; the time is --as-of where it is not stated
An answer   {"decision": "allow", "because": [{"grant": "checkout → orders.create"}]}, in the order of the requests;
            a denial says what is missing from the nearest grant: {"missing": "condition", "nearest": …, "condition": "mfa within 15m"};
            a line that can't be read, or names what the policy does not have, is answered by {"error": …} and ends in exit code 2.`)
    .action(async (first: string | undefined, second: string | undefined, options: PolicyOptions) => {
      // With `--policy`, the one argument is the file of requests.
      const [policyArgument, requests] = options.policy !== undefined && second === undefined ? [undefined, first] : [first, second];
      const { policy: read } = await readChosen(policyArgument, options);
      if (!read.ok) { say(read.diagnostics, 'text'); return end(exitCode.doesNotCompile); }
      const asOf = options.asOf ?? now();
      const proved = check(read.value, { asOf, refine: refineSource });
      if (!proved.ok) { say([...read.diagnostics, ...proved.diagnostics], 'text'); return end(exitCode.doesNotCompile); }
      if (requests !== undefined && !existsSync(requests)) {
        say([{ code: 'CS5001', severity: 'error', related: [], message: `there is no file of requests \`${requests}\``, help: 'give a file of JSON lines, or pipe them in' }], 'text');
        return end(exitCode.usage);
      }

      const time = /T/.test(asOf) ? asOf : `${asOf}T00:00:00Z`;
      let code: ExitCode = exitCode.ok;
      let number = 0;
      for await (const line of createInterface({ input: requests === undefined ? process.stdin : createReadStream(requests), crlfDelay: Infinity })) {
        number += 1;
        if (line.trim() === '') continue;
        const asked = readRequestLine(line, proved.value.policy, time);
        const answer = asked.ok ? judge(proved.value.policy, asked.request) : { error: { code: asked.code, line: number, message: asked.message, help: asked.help } };
        if (!asked.ok) code = exitCode.usage;
        if (!process.stdout.write(`${JSON.stringify(answer)}\n`)) await once(process.stdout, 'drain');
      }
      end(code);
    }),
};
