import type { Condition, RecoveryJson } from '../api/types';

/** What a person does about a recovery: the filter of the list. */
export type Group = 'waits' | 'works' | 'done' | 'failed';

export const GROUPS: Record<Group, string> = {
  waits: 'Waits for you',
  works: 'At work',
  done: 'Done',
  failed: 'Failed',
};

const DONE = ['Succeeded', 'Undone', 'Archived'];
const FAILED = ['Failed', 'Refused', 'Expired', 'Aborted'];

/** Whether nothing runs any more and nothing is to be stopped. */
export function ended(phase: string | undefined): boolean {
  return phase !== undefined && (DONE.includes(phase) || FAILED.includes(phase) || phase === 'Releasing');
}

function isTrue(conditions: Condition[] | undefined, type: string): boolean {
  return conditions?.some(one => one.type === type && one.status === 'True') ?? false;
}

/** From the conditions, which are the contract; the phase is a word for people. */
export function groupOf(recovery: RecoveryJson): Group {
  const { status, metadata } = recovery;
  if (status?.observedGeneration === undefined || status.observedGeneration < 0) return 'works';
  if (metadata.generation !== undefined && metadata.generation !== status.observedGeneration) return 'works';
  if (isTrue(status.conditions, 'Stalled')) return 'failed';
  if (isTrue(status.conditions, 'Ready')) return 'done';
  return isTrue(status.conditions, 'Reconciling') && status.phase !== 'AwaitingApproval' ? 'works' : 'waits';
}

/** As Headlamp's StatusLabel colours it. */
export function tone(group: Group): 'success' | 'warning' | 'error' | '' {
  switch (group) {
    case 'waits':
      return 'warning';
    case 'done':
      return 'success';
    case 'failed':
      return 'error';
    default:
      return '';
  }
}

/** The word for people; a recovery that Salvor has not answered yet has none. */
export function phaseWord(recovery: RecoveryJson): string {
  return recovery.status?.phase ?? 'Not seen yet';
}
