import type { Facts, Ref, Seen } from '../api/types';
import { bytes, refText } from '../model/format';

/** One line of what Salvor has found out. */
export interface Fact {
  name: string;
  /** One per line. */
  lines: string[];
}

function moment(text: string | undefined): string {
  return text ? ` of ${text.replace(/\.\d+Z$/, 'Z')}` : '';
}

function seen(one: Seen): string {
  const extra = [one.alreadyHeld ? 'was suspended before' : '', one.why ?? ''].filter(Boolean).join('; ');
  return refText(one.ref) + (extra ? `: ${extra}` : '');
}

function ref(one: Ref | undefined): string {
  return one ? refText(one) : '';
}

function database(facts: Facts): string[] {
  const { database: found, diagnosis, lineage } = facts.postgres ?? {};
  return [
    found?.name ? `Cluster ${found.name}, PostgreSQL ${found.major ?? '?'}, ${found.instances ?? '?'} instances` : '',
    diagnosis ? `archive: ${diagnosis}` : '',
    lineage ? `lineage ${lineage}` : '',
  ];
}

/** What a person wants to know; everything else is in the YAML. */
export function factsOf(facts: Facts | undefined): Fact[] {
  if (!facts) return [];
  const { backup, source, node } = facts;
  const all: Fact[] = [
    {
      name: 'Backup',
      lines: [
        backup?.name ? backup.name + moment(backup.startedAt) : '',
        ...(backup?.rejected ?? []).map(one => `not ${one}`),
      ],
    },
    { name: 'Source', lines: [source ? `${source.mover ?? ''} ${ref(source.ref)}`.trim() : ''] },
    { name: 'Node', lines: [node?.name ? `${node.name}${node.evidence ? ': ' + node.evidence : ''}` : ''] },
    {
      name: 'Claims',
      lines: [
        ...(facts.volumes ?? []).map(one =>
          one.content?.bytes === undefined
            ? one.claim
            : `${one.claim}: ${bytes(one.content.bytes)} by ${one.content.method ?? '?'}`
        ),
        ...(node?.claims ?? []).map(
          one => `${one.namespace}/${one.claim}: ${one.verdict ?? '?'}, by ${one.way ?? '?'}`
        ),
      ],
    },
    { name: 'Database', lines: database(facts) },
    { name: 'Used by', lines: (facts.consumers ?? []).map(seen) },
    { name: 'Held by GitOps', lines: (facts.owners ?? []).map(seen) },
    { name: 'Backup schedules', lines: (facts.schedules ?? []).map(seen) },
    {
      name: 'Checks',
      lines: (facts.checks ?? []).map(one => `${one.name}: ${one.passed ? 'passed' : one.message ?? 'failed'}`),
    },
  ];
  return all.map(one => ({ ...one, lines: one.lines.filter(Boolean) })).filter(one => one.lines.length > 0);
}
