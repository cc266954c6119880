// Who uses the cluster in the tests, and what RBAC lets them do there.
const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const READ = ['get', 'list', 'watch'];
const LOOK = { apiGroups: ['*'], resources: ['*'], verbs: READ };
const STEER = { apiGroups: ['recovery.salvor.dev'], resources: ['*'], verbs: ['patch'] };

export const RITA = 'rita@example.org'; // may steer recoveries
export const VERA = 'vera@example.org'; // may look, and nothing else
export const TOM = 'tom@example.org'; // may steer, but a rule of the cluster forbids that he approves
export const NORA = 'nora@example.org'; // may see everything but recoveries of databases

const ROLES = {
  [RITA]: [LOOK, STEER],
  [VERA]: [LOOK],
  [TOM]: [LOOK, STEER],
  [NORA]: [
    { apiGroups: ['', 'apiextensions.k8s.io'], resources: ['*'], verbs: READ },
    { apiGroups: ['recovery.salvor.dev'], resources: ['namespacerestores', 'volumerecoveries'], verbs: READ },
  ],
};

const FOUR_EYES = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolic';

async function once(admin, path, body) {
  try {
    await admin.create(path, body);
  } catch (error) {
    if (!String(error).includes('AlreadyExists')) throw error;
  }
}

/** Gives everybody their rights. */
export async function admit(admin) {
  for (const [user, rules] of Object.entries(ROLES)) {
    const name = user.split('@')[0];
    await once(admin, `${RBAC}/clusterroles`, { metadata: { name }, rules });
    await once(admin, `${RBAC}/clusterrolebindings`, {
      metadata: { name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
    });
  }
  await once(admin, FOUR_EYES + 'ies', {
    metadata: { name: 'four-eyes' },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        resourceRules: [
          { apiGroups: ['recovery.salvor.dev'], apiVersions: ['*'], operations: ['UPDATE'], resources: ['*'] },
        ],
      },
      matchConditions: [{ name: 'tom', expression: `request.userInfo.username == '${TOM}'` }],
      validations: [
        {
          expression: "object.spec.?approvedPlan.orValue('') == oldObject.spec.?approvedPlan.orValue('')",
          message: 'ask somebody of the database team to approve',
          reason: 'Forbidden',
        },
      ],
    },
  });
  await once(admin, FOUR_EYES + 'ybindings', {
    metadata: { name: 'four-eyes' },
    spec: { policyName: 'four-eyes', validationActions: ['Deny'] },
  });
}
