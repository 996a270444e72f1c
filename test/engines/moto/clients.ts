import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EKSClient } from '@aws-sdk/client-eks';
import { IAMClient } from '@aws-sdk/client-iam';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';

/** AWS's own SDK, led to the emulator. */
export type Clients = ReturnType<typeof clientsOf>;

/** Of one account and region; the emulator takes any credentials, and the account from a header. */
export function clientsOf(endpoint: string, { accountId, region }: { readonly accountId: string; readonly region: string }) {
  const options = { endpoint, region, maxAttempts: 1, credentials: { accessKeyId: 'none', secretAccessKey: 'none' } };
  const clients = {
    iam: new IAMClient(options), eks: new EKSClient(options), kms: new KMSClient(options), sqs: new SQSClient(options), sns: new SNSClient(options),
    s3: new S3Client({ ...options, forcePathStyle: true }), dynamodb: new DynamoDBClient(options), secretsmanager: new SecretsManagerClient(options),
  };
  for (const client of Object.values(clients)) {
    (client.middlewareStack as unknown as Stack).add((next) => async (sent) => {
      sent.request.headers['x-moto-account-id'] = accountId;
      return next(sent);
    }, { step: 'build', name: 'account' });
  }
  return clients;
}

/** What the SDK's clients have in common of their middleware. */
interface Stack { add(middleware: (next: Handler) => Handler, options: { readonly step: 'build'; readonly name: string }): void }
type Handler = (sent: { readonly request: { readonly headers: Record<string, string> } }) => Promise<unknown>;
