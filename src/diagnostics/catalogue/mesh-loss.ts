import { entry } from './entry.ts';

/** CS31xx: what a mesh can't do as the policy says it. */
export const meshLossEntries = [
  entry({
    code: 'CS3101', name: 'waypoint-needs-service', severity: 'error',
    summary: 'Requests to a workload have to be read by a waypoint, and no Service leads to the port that they go to.',
    why: 'In an ambient mesh, a waypoint reads what is addressed to a Service. What is addressed to a pod passes its ztunnel only, which sees connections and no requests (Istio, "Use waypoint proxies").',
    whatToDo: 'Declare the Service that callers use, or serve the API as a whole port with `tcp(…)`.',
    example: "api('orders', { servedBy: orders, port: 8080, operations: { list: get('/orders') } })   // `orders` has no Service on 8080",
  }),
] as const;
