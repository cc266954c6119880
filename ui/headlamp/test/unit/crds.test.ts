import { load } from 'js-yaml';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { detailPath, GROUP, KIND_NAMES, KINDS, VERSION } from '../../src/api/names';

const FOLDER = '../../crds/yaml';

interface Schema {
  properties?: Record<string, Schema>;
  items?: Schema;
}

interface Crd {
  spec: {
    group: string;
    scope: string;
    names: { kind: string; plural: string; shortNames: string[] };
    versions: { name: string; schema: { openAPIV3Schema: Schema } }[];
  };
}

const crds = readdirSync(FOLDER)
  .filter(file => file.endsWith('.yaml'))
  .map(file => (load(readFileSync(`${FOLDER}/${file}`, 'utf8')) as Crd).spec);

/** What this plugin reads, as paths; [] means each element. */
const READ = [
  'spec.abort',
  'spec.approvedPlan',
  'spec.retry',
  ...['phase', 'step', 'message', 'target', 'outage', 'gitPatch', 'observedGeneration'].map(one => `status.${one}`),
  ...['approve', 'backup', 'complete', 'expectedLoss', 'expectedOutage', 'strategy', 'summary'].map(
    one => `status.plan.${one}`
  ),
  ...['action', 'note', 'uid', 'ref.kind', 'ref.namespace', 'ref.name', 'ref.apiVersion'].map(
    one => `status.plan.targets[].${one}`
  ),
  ...['name', 'state', 'since', 'startedAt', 'message', 'reason', 'progress.eta'].map(one => `status.steps[].${one}`),
  ...['bytesDone', 'bytesTotal', 'eta', 'text'].map(one => `status.progress.${one}`),
  ...['possible', 'until', 'whyNot'].map(one => `status.undo.${one}`),
  ...['severity', 'reason', 'message', 'remedy'].map(one => `status.facts.findings[].${one}`),
  ...['type', 'status', 'reason', 'message', 'lastTransitionTime'].map(one => `status.conditions[].${one}`),
  ...['backup.name', 'backup.startedAt', 'backup.rejected', 'target.namespace', 'source.mover', 'source.ref.name'].map(
    one => `status.facts.${one}`
  ),
  ...['claim', 'content.bytes', 'content.method'].map(one => `status.facts.volumes[].${one}`),
  ...['namespace', 'claim', 'verdict', 'way'].map(one => `status.facts.node.claims[].${one}`),
  ...['diagnosis', 'lineage', 'database.name', 'database.major', 'database.instances'].map(
    one => `status.facts.postgres.${one}`
  ),
  ...['owners[].alreadyHeld', 'owners[].why', 'consumers[].ref.name', 'schedules[].ref.name', 'checks[].passed'].map(
    one => `status.facts.${one}`
  ),
  ...['backupID', 'from', 'until', 'lineage', 'timeline', 'note'].map(one => `status.recoverable[].${one}`),
];

function at(schema: Schema | undefined, path: string): Schema | undefined {
  return path.split('.').reduce<Schema | undefined>((where, part) => {
    const found = where?.properties?.[part.replace('[]', '')];
    return part.endsWith('[]') ? found?.items : found;
  }, schema);
}

describe('the CRDs', () => {
  it('are the kinds that are known here', () => {
    expect(crds.map(one => one.names.kind).sort()).toEqual([...KIND_NAMES].sort());
  });

  it.each(crds.map(one => [one.names.kind, one] as const))('%s is what it is taken for', (kind, crd) => {
    const known = KINDS[kind as keyof typeof KINDS];
    expect(crd.group).toBe(GROUP);
    expect(crd.names.plural).toBe(known.plural);
    expect(crd.names.shortNames).toContain(known.short);
    expect(crd.scope === 'Namespaced').toBe(known.namespaced);
    const schema = crd.versions.find(one => one.name === VERSION)?.schema.openAPIV3Schema;
    expect(READ.filter(path => at(schema, path) === undefined)).toEqual([]);
  });

  it('have a page each', () => {
    expect(detailPath('NamespaceRestore')).toBe('/salvor/namespacerestores/:namespace/:name');
    expect(detailPath('NodeLossRecovery')).toBe('/salvor/nodelossrecoveries/:name');
  });
});
