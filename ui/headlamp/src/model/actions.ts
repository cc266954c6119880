import type { RecoveryJson, Spec } from '../api/types';
import { ended } from './phase';

export type Action = 'approve' | 'abort' | 'retry' | 'undo';

export const ACTIONS: Action[] = ['approve', 'retry', 'undo', 'abort'];

export interface Patch {
  metadata: { uid: string; resourceVersion?: string };
  spec: Spec;
}

const AGAIN = ['Failed', 'Refused', 'Expired'];

/** Why an action means nothing now, or undefined if it is possible: the rules of `kubectl salvor`. */
export function objection(action: Action, recovery: RecoveryJson): string | undefined {
  const { spec = {}, status = {} } = recovery;
  const phase = status.phase ?? '';
  switch (action) {
    case 'approve': {
      const wanted = status.plan?.approve;
      if (phase !== 'AwaitingApproval' || !wanted)
        return `There is nothing to approve: the recovery is ${phase || 'not seen by Salvor yet'}.`;
      if (spec.approvedPlan === wanted) return 'This plan is approved already; Salvor goes on in a moment.';
      return undefined;
    }
    case 'abort':
      if (ended(phase)) return `It has ended already: ${phase}.`;
      return spec.abort ? 'It is told to stop already.' : undefined;
    case 'retry':
      if (!AGAIN.includes(phase))
        return `Only what has failed is tried again; this one is ${phase || 'not seen by Salvor yet'}.`;
      return spec.abort ? 'It was aborted.' : undefined;
    case 'undo':
      if (status.undo?.possible !== true)
        return `There is no way back: ${status.undo?.whyNot ?? 'nothing has been exchanged'}.`;
      return spec.undo?.requested ? 'The way back is asked for already.' : undefined;
  }
}

/** The actions that a person can choose from now. */
export function possible(recovery: RecoveryJson): Action[] {
  return ACTIONS.filter(action => objection(action, recovery) === undefined);
}

/**
 * The merge patch of an action, made of the recovery as it is now and of no other: the API server refuses it (409) if
 * the recovery has changed since it was read.
 *
 * @param typed the hash that the person read and typed; for approve only
 */
export function patchOf(action: Action, recovery: RecoveryJson, typed?: string): Patch {
  const { uid, resourceVersion } = recovery.metadata;
  return { metadata: { uid, resourceVersion }, spec: wish(action, recovery, typed) };
}

function wish(action: Action, recovery: RecoveryJson, typed?: string): Spec {
  switch (action) {
    case 'approve':
      return { approvedPlan: typed };
    case 'abort':
      return { abort: true };
    case 'retry':
      return { retry: (recovery.spec?.retry ?? 0) + 1 };
    case 'undo':
      return { undo: { requested: true } };
  }
}

/**
 * Why a patch may not be sent to the recovery as it is now, although the dialog offered it.
 *
 * @param shown the hash of the plan that the person has before their eyes; for approve only
 */
export function stale(action: Action, now: RecoveryJson, shown?: string): string | undefined {
  const no = objection(action, now);
  if (no !== undefined) return no;
  const wanted = now.status?.plan?.approve;
  if (action === 'approve' && wanted !== shown)
    return `The plan has changed: it is now ${wanted}. Nothing was approved; read it again.`;
  return undefined;
}
