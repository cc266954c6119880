import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { objection, patchOf, possible, stale } from '../../src/model/actions';
import { ended } from '../../src/model/phase';
import { PLAN, recovery, waiting } from './sample';

describe('what is possible', () => {
  it.each([
    ['', ['abort']],
    ['Planning', ['abort']],
    ['Preparing', ['abort']],
    ['Swapping', ['abort']],
    ['TakingBack', ['abort']],
    ['Succeeded', []],
    ['Undone', []],
    ['Releasing', []],
    ['Archived', []],
    ['Aborted', []],
    ['Failed', ['retry']],
    ['Refused', ['retry']],
    ['Expired', ['retry']],
  ])('in phase "%s": %j', (phase, actions) => {
    expect(possible(recovery({ phase }))).toEqual(actions);
  });

  it('approves what waits, once', () => {
    expect(possible(waiting())).toEqual(['approve', 'abort']);
    expect(possible(waiting(PLAN.approve, { approvedPlan: PLAN.approve }))).toEqual(['abort']);
    expect(possible(waiting(PLAN.approve, { approvedPlan: 'a hash from before' }))).toEqual(['approve', 'abort']);
    expect(possible(recovery({ phase: 'AwaitingApproval', plan: {} }))).toEqual(['abort']);
    expect(possible(recovery({ phase: 'Preparing', plan: PLAN }))).toEqual(['abort']);
  });

  it('undoes where Salvor says that it can, once', () => {
    expect(possible(recovery({ phase: 'Succeeded', undo: { possible: true } }))).toEqual(['undo']);
    expect(possible(recovery({ phase: 'Failed', undo: { possible: true } }))).toEqual(['retry', 'undo']);
    expect(possible(recovery({ phase: 'Succeeded', undo: { possible: true } }, { undo: { requested: true } }))).toEqual(
      []
    );
    expect(objection('undo', recovery({ undo: { possible: false, whyNot: 'too late' } }))).toBe(
      'There is no way back: too late.'
    );
  });

  it('aborts once, and does not try again what was aborted', () => {
    expect(possible(recovery({ phase: 'Preparing' }, { abort: true }))).toEqual([]);
    expect(possible(recovery({ phase: 'Failed' }, { abort: true }))).toEqual([]);
  });

  it('is the same for Argo CD and kubectl', () => {
    const lua = readFileSync('../../argocd/source/discovery.lua', 'utf8');
    const over = [.../(\w+) = true/g[Symbol.matchAll](/over = \{([^}]*)\}/.exec(lua)![1])].map(hit => hit[1]);
    const again = [.../(\w+) = true/g[Symbol.matchAll](/again = \{([^}]*)\}/.exec(lua)![1])].map(hit => hit[1]);
    expect(over.length).toBeGreaterThan(5);
    for (const phase of over) expect(ended(phase), phase).toBe(true);
    for (const phase of again) expect(objection('retry', recovery({ phase }))).toBeUndefined();
    const shell = readFileSync('../../kubectl/kubectl-salvor', 'utf8');
    const words = /ended\(\) \{[^)]*case \$1 in ([A-Za-z| ]+)\)/.exec(shell)![1].split(' | ');
    expect(words).toContain('Undone');
    for (const phase of words) expect(objection('abort', recovery({ phase })), phase).toBeDefined();
    expect(/case \$phase in ([A-Za-z| ]+)\) ;;/.exec(shell)![1].split(' | ')).toEqual(again);
  });
});

describe('what is written', () => {
  it('is a field of the spec', () => {
    const spec = (...args: Parameters<typeof patchOf>) => patchOf(...args).spec;
    expect(spec('approve', waiting(), PLAN.approve)).toEqual({ approvedPlan: PLAN.approve });
    expect(spec('abort', waiting())).toEqual({ abort: true });
    expect(spec('undo', waiting())).toEqual({ undo: { requested: true } });
    expect(spec('retry', recovery({}))).toEqual({ retry: 1 });
    expect(spec('retry', recovery({}, { retry: 4 }))).toEqual({ retry: 5 });
  });

  it('is for the recovery as it was read, and no later one', () => {
    const read = waiting();
    read.metadata.resourceVersion = '17';
    expect(patchOf('approve', read, PLAN.approve).metadata).toEqual({ uid: 'u', resourceVersion: '17' });
  });

  it('is not written for a plan that nobody has read', () => {
    expect(stale('approve', waiting(), PLAN.approve)).toBeUndefined();
    expect(stale('approve', waiting('another'), PLAN.approve)).toMatch(/^The plan has changed: it is now another\./);
    expect(stale('approve', recovery({ phase: 'Planning' }), PLAN.approve)).toMatch(/nothing to approve/);
  });

  it('is not written when it means nothing any more', () => {
    expect(stale('abort', recovery({ phase: 'Succeeded' }))).toBe('It has ended already: Succeeded.');
    expect(stale('retry', recovery({ phase: 'Planning' }))).toMatch(/^Only what has failed/);
  });
});
