import { entry } from './entry.ts';

/** CS32xx: what a gateway can't do as the policy says it. */
export const gatewayLossEntries = [
  entry({
    code: 'CS3201', name: 'unknown-gateway', severity: 'error',
    summary: 'An API is exposed at a gateway that the platform does not have.',
    why: 'Nobody outside could reach it, or it would be reached in a way that nobody checks.',
    whatToDo: 'Write the name of one of the platform\'s `gateways`, or declare the gateway there.',
    example: "exposedAt: { gateway: 'egde', host: 'api.example.com' }   // the platform has `edge`",
  }),
] as const;
