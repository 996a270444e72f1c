// What there is in the stand-in's AWS: one file for each thing under `CS_AWS_WORLD`, so that the processes of one command, and one
// command after another, see the same account; and `there.json`, what a test says was there before.
'use strict';
const fs = require('node:fs');
const path = require('node:path');

class AwsWorld {
  constructor(directory) {
    this.directory = directory;
    this.things = path.join(directory, 'things');
    fs.mkdirSync(this.things, { recursive: true });
    const file = path.join(directory, 'there.json');
    this.settings = { accountId: '111122223333', arns: [], spoil: {}, managedPoliciesPerRole: 10, ...(fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : {}) };
  }

  #file(kind, id) {
    return path.join(this.things, `${kind}@${encodeURIComponent(id)}.json`);
  }

  get(kind, id) {
    const file = this.#file(kind, id);
    return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : undefined;
  }

  /** Everything of a kind, by id. */
  all(kind) {
    return fs.readdirSync(this.things).filter(name => name.startsWith(`${kind}@`)).map(name => JSON.parse(fs.readFileSync(path.join(this.things, name), 'utf8')));
  }

  put(kind, id, thing) {
    fs.writeFileSync(this.#file(kind, id), JSON.stringify({ id, ...thing }));
  }

  remove(kind, id) {
    fs.rmSync(this.#file(kind, id), { force: true });
  }

  /** Whether anything has that ARN: made here, or there before. */
  exists(arn) {
    if (this.settings.arns.includes(arn)) return true;
    return fs.readdirSync(this.things).some(name => JSON.parse(fs.readFileSync(path.join(this.things, name), 'utf8')).arn === arn);
  }
}

module.exports = { AwsWorld };
