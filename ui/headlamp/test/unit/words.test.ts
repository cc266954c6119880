import { describe, expect, it } from 'vitest';
import type { Condition } from '../../src/api/types';
import { factsOf } from '../../src/detail/facts';
import { between, bytes, duration, percent, refText, until, words } from '../../src/model/format';
import { groupOf, phaseWord } from '../../src/model/phase';
import { destructions, hasPlan, sorted } from '../../src/model/plan';
import { refusal } from '../../src/model/refusal';
import { PLAN, recovery } from './sample';

describe('formats', () => {
  it('bytes', () => {
    expect([0, 1023, 1024, 1536, 442499072, 5 * 2 ** 40].map(bytes)).toEqual([
      '0 B',
      '1023 B',
      '1 KiB',
      '1.5 KiB',
      '422 MiB',
      '5 TiB',
    ]);
  });

  it('durations, in two units at most', () => {
    expect([-3, 0, 0.4, 59.6, 61, 3600, 7830, 90061].map(duration)).toEqual([
      '0 s',
      '0 s',
      '0 s',
      '1 min',
      '1 min 1 s',
      '1 h',
      '2 h 10 min',
      '1 d 1 h',
    ]);
    expect(between('2026-01-01T00:00:00Z', '2026-01-01T00:01:05Z')).toBe('1 min 5 s');
    expect(between('2026-01-01T00:00:00Z', undefined)).toBeUndefined();
  });

  it('the time that is left', () => {
    const now = Date.parse('2026-01-01T00:00:00Z');
    expect(until('2026-01-03T23:00:00Z', now)).toBe('in 2 d 23 h');
    expect(until('2025-12-31T23:00:00Z', now)).toBe('over');
  });

  it('percent, where something is counted', () => {
    expect(percent({ bytesDone: 1, bytesTotal: 3 })).toBe(33);
    expect(percent({ bytesDone: 4, bytesTotal: 3 })).toBe(100);
    expect(percent({ bytesDone: 0, bytesTotal: 0 })).toBeUndefined();
    expect(percent({ text: 'soon' })).toBeUndefined();
    expect(percent(undefined)).toBeUndefined();
  });

  it('names', () => {
    expect(words('AwaitVolumeData')).toBe('Await volume data');
    expect(words('ResumeGitOps')).toBe('Resume git ops');
    expect(words('RunSQLChecks')).toBe('Run SQL checks');
    expect(words('')).toBe('');
    expect(refText({ apiVersion: 'v1', kind: 'Node', name: 'n' })).toBe('Node n');
  });
});

describe('phases', () => {
  const conditions = (...all: [string, Condition['status']][]) => all.map(([type, status]) => ({ type, status }));

  it('come from the conditions', () => {
    expect(
      groupOf(recovery({ phase: 'Preparing', conditions: conditions(['Ready', 'False'], ['Reconciling', 'True']) }))
    ).toBe('works');
    expect(groupOf(recovery({ phase: 'AwaitingApproval', conditions: conditions(['Ready', 'False']) }))).toBe('waits');
    expect(groupOf(recovery({ phase: 'Swapping', conditions: conditions(['Ready', 'False']) }))).toBe('waits');
    expect(groupOf(recovery({ phase: 'Succeeded', conditions: conditions(['Ready', 'True']) }))).toBe('done');
    expect(
      groupOf(recovery({ phase: 'Refused', conditions: conditions(['Ready', 'False'], ['Stalled', 'True']) }))
    ).toBe('failed');
  });

  it('are old as long as Salvor has not seen the last change', () => {
    const ready = recovery({ phase: 'Succeeded', observedGeneration: 1, conditions: conditions(['Ready', 'True']) });
    expect(groupOf({ ...ready, metadata: { ...ready.metadata, generation: 2 } })).toBe('works');
    expect(groupOf(recovery({ observedGeneration: -1 }))).toBe('works');
    expect(phaseWord(recovery({}))).toBe('Not seen yet');
  });
});

describe('the plan', () => {
  it('names what it deletes', () => {
    expect(destructions(PLAN).map(one => one.ref.name)).toEqual(['data']);
    expect(destructions(undefined)).toEqual([]);
    expect(hasPlan({ complete: false })).toBe(false);
    expect(hasPlan(PLAN)).toBe(true);
  });

  it('tells first what forbids it', () => {
    const all = sorted([
      { severity: 'Warning', reason: 'A', message: '' },
      { severity: 'Refusal', reason: 'B', message: '' },
    ]);
    expect(all.map(one => one.reason)).toEqual(['B', 'A']);
  });
});

describe('what was found', () => {
  it('is told in lines, without what is empty', () => {
    const facts = factsOf({
      backup: { name: 'daily-1', startedAt: '2026-01-01T00:00:00.123Z', rejected: ['daily-2: partial'] },
      volumes: [{ claim: 'data', content: { bytes: 2 ** 20, method: 'FileSystem' } }, { claim: 'new' }],
      owners: [
        {
          ref: { apiVersion: 'a/v1', kind: 'Kustomization', namespace: 'f', name: 'shop' },
          alreadyHeld: true,
          why: 'applies it',
        },
      ],
      consumers: [],
      checks: [{ name: 'sql', passed: false, message: 'no rows' }],
    });
    expect(facts).toEqual([
      { name: 'Backup', lines: ['daily-1 of 2026-01-01T00:00:00Z', 'not daily-2: partial'] },
      { name: 'Claims', lines: ['data: 1 MiB by FileSystem', 'new'] },
      { name: 'Held by GitOps', lines: ['Kustomization f/shop: was suspended before; applies it'] },
      { name: 'Checks', lines: ['sql: no rows'] },
    ]);
    expect(factsOf(undefined)).toEqual([]);
  });
});

describe('a refusal', () => {
  const said = (status: number | undefined, message?: string) => refusal(Object.assign(new Error(message), { status }));

  it('is a sentence', () => {
    expect(said(403, 'Forbidden - User "v" cannot patch')).toBe('You are not allowed to: User "v" cannot patch');
    expect(
      said(
        422,
        "Unprocessable Entity - ValidatingAdmissionPolicy 'four-eyes' with binding 'b' denied request: ask somebody"
      )
    ).toMatch(/ask somebody/);
    expect(
      said(
        403,
        "Forbidden - x \"y\" is forbidden: ValidatingAdmissionPolicy 'four-eyes' with binding 'b' denied request: ask somebody"
      )
    ).toBe('The cluster’s rules forbid it: ask somebody');
    expect(said(409, 'Conflict - the object has been modified')).toMatch(
      /^Somebody else changed the recovery.*modified$/
    );
    expect(said(404, 'Not Found - gone')).toBe('The recovery is gone.');
    expect(said(408, 'Request timed-out')).toMatch(/did not answer/);
    expect(said(500, 'Internal Server Error - etcd')).toBe('etcd');
    expect(said(401, 'Unauthorized - no')).toMatch(/not logged in/);
    expect(refusal(undefined)).toMatch(/did not answer/);
  });
});
