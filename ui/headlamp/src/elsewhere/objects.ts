import type { Ref } from '../api/types';

interface Page {
  kind: string;
  group: string;
  /** Headlamp's page of any custom resource, which has no place for sections of plugins (0.14). */
  generic: boolean;
}

/** The pages where a person would ask for recoveries. */
const PAGES: Page[] = [
  { kind: 'Namespace', group: '', generic: false },
  { kind: 'PersistentVolumeClaim', group: '', generic: false },
  { kind: 'Node', group: '', generic: false },
  { kind: 'Cluster', group: 'postgresql.cnpg.io', generic: true },
];

/** An object as Headlamp has it. */
export interface AnyObject {
  kind?: string;
  metadata?: { name: string; namespace?: string };
  jsonData?: { apiVersion?: string; kind?: string };
}

function pageOf(object: AnyObject | null | undefined): { page: Page; apiVersion: string } | undefined {
  const kind = object?.jsonData?.kind ?? object?.kind;
  const apiVersion = object?.jsonData?.apiVersion ?? 'v1';
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  const page = PAGES.find(one => one.kind === kind && one.group === group);
  return page && { page, apiVersion };
}

/** What an object is; undefined if recoveries are no matter of its page. */
export function refOf(object: AnyObject | null | undefined): Ref | undefined {
  const found = pageOf(object);
  if (!found || !object?.metadata) return undefined;
  const { name, namespace } = object.metadata;
  return { apiVersion: found.apiVersion, kind: found.page.kind, name, namespace };
}

/** Whether its page has no place for a section, so that a button has to do. */
export function isGeneric(object: AnyObject | null | undefined): boolean {
  return pageOf(object)?.page.generic ?? false;
}
