import { entry } from './entry.ts';

/** CS330x–CS332x: what IAM can't do of a caller's grants as the policy says it. */
export const iamLossEntries = [
  entry({
    code: 'CS3301', name: 'service-without-tls-version', severity: 'error',
    summary: 'A segment asks for TLS 1.3 of a cloud resource, and the service can\'t be held to a version.',
    why: 'AWS\'s services speak TLS 1.2 and 1.3. Only S3 tells a policy which of the two a request came by (Amazon S3, `s3:TlsVersion`); of the others a policy knows whether there was TLS at all.',
    whatToDo: 'Let the segment ask for TLS 1.2, put the resource into another segment, or accept it in writing.',
    example: "segment('payments', { requires: { transport: { tls: '1.3' } } })   // with a queue in it",
  }),
  entry({
    code: 'CS3302', name: 'address-unseen', severity: 'error',
    summary: 'A grant on a cloud resource asks where the request comes from, and the service can\'t see it.',
    why: 'Past a VPC endpoint a service sees the address of whatever translates addresses on the way. Through one it sees the caller\'s own (IAM, "AWS global condition context keys", aws:VpcSourceIp). A database\'s login is decided without either.',
    whatToDo: 'State the service\'s `vpcEndpoint` in the platform\'s `aws.endpoints`, leave the condition to the network, or accept it in writing.',
    example: "queue('settlements', { offers: { send: { to: [orders], when: [from('10.0.0.0/16')] } } })   // `aws.endpoints.sqs` has ranges only",
  }),
  entry({
    code: 'CS3303', name: 'permissions-do-not-fit', severity: 'error',
    summary: 'What a workload is granted does not fit into its role, however it is split.',
    why: 'A role holds 10,240 characters of inline policies and a number of managed policies of 6,144 each (IAM, "IAM and AWS STS quotas"). Wildcards would fit, and grant what nobody agreed to.',
    whatToDo: 'Have AWS raise the quota of managed policies per role and state it, state how long a hole\'s value can be, or split the workload in two.',
    example: "aws: { managedPoliciesPerRole: 20, … }   // once AWS has raised it",
  }),
  entry({
    code: 'CS3304', name: 'statement-does-not-fit', severity: 'error',
    summary: 'One grant alone takes more characters than a policy of IAM holds.',
    why: 'A statement on one resource can\'t be split any further.',
    whatToDo: 'Ask for fewer ranges of addresses, shorten what the operation is narrowed to, or state how long a hole\'s value can be.',
    example: "when: [from('10.0.1.0/24', '10.0.3.0/24', …)]   // three hundred of them",
  }),
  entry({
    code: 'CS3305', name: 'trust-does-not-fit', severity: 'error',
    summary: 'The trust policy of a role takes more characters than AWS lets it have.',
    why: 'It would be refused, or would have to leave out what pins the role to its workload.',
    whatToDo: 'Shorten the names that the role is pinned to: the OIDC issuer, the namespace, the ServiceAccount, the certificate\'s name.',
    example: "host: { trustAnchor: 'corp', san: 'spiffe://…' }   // two thousand characters long",
  }),
  entry({
    code: 'CS3306', name: 'denials-do-not-fit', severity: 'error',
    summary: 'What a workload must never do takes more characters than a role\'s inline policies hold.',
    why: 'A denial that is left out is one that an allow of somebody else\'s gets past.',
    whatToDo: 'Name fewer resources in `never`, or split the workload in two.',
    example: "never: [reach(storefront, payments)]   // a segment of two hundred tables",
  }),
  entry({
    code: 'CS3307', name: 'one-identity-two-workloads', severity: 'error',
    summary: 'Two workloads show AWS the same identity, and one of them is granted something there.',
    why: 'AWS knows a pod by its cluster, namespace and ServiceAccount, and a host by its certificate\'s name. Labels are nothing to it: what one is given the other gets.',
    whatToDo: 'Give each workload a ServiceAccount, or a certificate, of its own.',
    example: "workload('orders', { kubernetes: { serviceAccount: 'default', … } }), workload('ui', { kubernetes: { serviceAccount: 'default', … } })",
  }),
  entry({
    code: 'CS3308', name: 'nothing-to-show', severity: 'error',
    summary: 'A workload is granted something of the cloud and has no identity there.',
    why: 'A role has to be pinned to something that only this workload can show.',
    whatToDo: 'Give it a ServiceAccount; for a host outside the cluster, state its trust anchor in the platform.',
    example: "workload('batch', { host: { trustAnchor: 'corp', san: 'spiffe://corp.example/batch' } })   // `aws.trustAnchors` has no `corp`",
  }),
  entry({
    code: 'CS3309', name: 'roles-share-name', severity: 'error',
    summary: 'The roles of two workloads would have the same name.',
    why: 'Names in an account are told apart without regard to case (IAM, "IAM and AWS STS quotas"). One role would take the other\'s place.',
    whatToDo: 'Rename one of the two workloads.',
    example: "workload('Orders', …), workload('orders', …)",
  }),
  entry({
    code: 'CS3310', name: 'no-address-left', severity: 'error',
    summary: 'The conditions of a grant have no address in common.',
    why: 'A grant that nothing can meet is one that somebody believes to be there.',
    whatToDo: 'Let the ranges overlap, or leave one of the conditions out.',
    example: "when: [from('10.0.0.0/16')]   // into a segment that requires from('10.1.0.0/16')",
  }),
  entry({
    code: 'CS3311', name: 'connection-outlives', severity: 'error',
    summary: 'A segment bounds the life of connections, and a database asks IAM only when somebody logs in.',
    why: 'Other services judge every request by itself. A database\'s connection goes on until somebody closes it (Amazon RDS, "IAM database authentication").',
    whatToDo: 'Bound the connection at the database, or accept it in writing.',
    example: "segment('payments', { requires: { reauthenticateEvery: '15m' } })   // with a `database(…)` in it",
  }),
  entry({
    code: 'CS3312', name: 'service-account-annotation', severity: 'info',
    summary: 'ServiceAccounts have to carry the roles that their pods take on.',
    why: 'With IAM roles for service accounts, a pod gets its token and its role from an annotation of its ServiceAccount. Countersign never touches objects that it does not own. Without the annotation AWS refuses the pod: nothing opens for it.',
    whatToDo: 'Run the named commands, or write the annotation where the ServiceAccounts are declared.',
    example: 'kubectl annotate serviceaccount -n orders orders eks.amazonaws.com/role-arn=arn:aws:iam::111122223333:role/retail-orders',
  }),
] as const;
