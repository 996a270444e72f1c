// The peer: cdk8s-plus writing NetworkPolicies for two edges a deployment. `cdk8s-plus.ts <deployments>`. Prints one line of JSON.
import { App, Chart } from 'cdk8s';
import { Deployment } from 'cdk8s-plus-32';

const size = Number(process.argv[2]);
const before = process.cpuUsage();
const app = new App();
const chart = new Chart(app, 'estate');
const deployments = Array.from({ length: size }, (_, index) => new Deployment(chart, `service-${index}`, { containers: [{ image: 'service', portNumber: 8080 }] }));
let edges = 0;
for (const [index, deployment] of deployments.entries()) {
  for (const step of [1, 7]) {
    deployment.connections.allowFrom(deployments[(index + step) % size]!);
    edges += 1;
  }
}
const text = app.synthYaml();
const { user, system } = process.cpuUsage(before);
const whole = process.cpuUsage();
const objects = text.split('\n').filter((line) => line === 'kind: NetworkPolicy').length;
if (objects === 0) throw new Error('the peer wrote no NetworkPolicy');
process.stdout.write(`${JSON.stringify({ items: edges, objects, cpuSeconds: (user + system) / 1e6, wholeCpuSeconds: (whole.user + whole.system) / 1e6, peakMiB: process.resourceUsage().maxRSS / 1024 })}\n`);
