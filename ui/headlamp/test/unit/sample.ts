import type { RecoveryJson, Spec, Status } from '../../src/api/types';

/** A recovery in a state. */
export function recovery(status: Status = {}, spec: Spec = {}, kind = 'NamespaceRestore'): RecoveryJson {
  return {
    apiVersion: 'recovery.salvor.dev/v1alpha1',
    kind,
    metadata: { name: 'back', namespace: 'shop', uid: 'u', creationTimestamp: '2026-01-01T00:00:00Z', generation: 1 },
    spec,
    status: { observedGeneration: 1, ...status },
  };
}

export const PLAN = {
  approve: 'cfda0f778438',
  complete: true,
  summary: 'Restore 1 claim.',
  targets: [
    {
      action: 'Hold',
      ref: {
        apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
        kind: 'Kustomization',
        namespace: 'flux-system',
        name: 'shop',
      },
    },
    { action: 'Exchange', ref: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'shop', name: 'data' } },
  ],
};

export function waiting(approve = PLAN.approve, spec: Spec = {}): RecoveryJson {
  return recovery({ phase: 'AwaitingApproval', plan: { ...PLAN, approve } }, spec);
}
