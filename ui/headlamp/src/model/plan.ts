import type { Finding, Plan, Target } from '../api/types';

/** What takes an object away: the others only add, hold or move. */
const DESTROYING = ['Delete', 'Exchange'];

/** The objects that a plan deletes, an exchanged claim among them. */
export function destructions(plan: Plan | undefined): Target[] {
  return (plan?.targets ?? []).filter(target => DESTROYING.includes(target.action));
}

export function destroys(target: Target): boolean {
  return DESTROYING.includes(target.action);
}

/** What forbids it first. */
export function sorted(findings: Finding[] | undefined): Finding[] {
  return [...(findings ?? [])].sort(
    (one, other) => Number(other.severity === 'Refusal') - Number(one.severity === 'Refusal')
  );
}

/** Whether there is anything to show. */
export function hasPlan(plan: Plan | undefined): plan is Plan {
  return plan !== undefined && (plan.summary !== undefined || (plan.targets?.length ?? 0) > 0);
}
