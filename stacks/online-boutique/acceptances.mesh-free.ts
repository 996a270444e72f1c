// What a cluster without a mesh can't enforce: packets carry labels instead of identities, and a
// port is admitted whole. Agreed to in writing, for a time. Every `never` of the policy holds all the same.
import { acceptWeaker } from 'countersign';

const untilTheMesh = { grants: 'all', plane: 'network', owner: 'team-platform', until: '2027-06-30' } as const;

export const acceptances = [
  acceptWeaker({ ...untilTheMesh, feature: 'identity.workload', because: 'callers are known by their labels until the mesh gives them certificates' }),
  acceptWeaker({ ...untilTheMesh, feature: 'operation.http', because: 'a caller of the frontend gets all of its routes until the mesh reads methods and paths' }),
  acceptWeaker({ ...untilTheMesh, feature: 'operation.grpc', because: 'a caller of a service gets all of its methods until the mesh reads them' }),
];
