/** What the API server gives of a recovery: the fields of crds/yaml that are shown here. */

export interface Ref {
  apiVersion: string;
  kind: string;
  namespace?: string;
  name: string;
}

export type StepState = 'Done' | 'Failed' | 'Running' | 'Undone';

export interface Progress {
  bytesDone?: number;
  bytesTotal?: number;
  /** Seconds. */
  eta?: number;
  text?: string;
}

export interface Step {
  name: string;
  state: StepState;
  /** RFC 3339; when the step came into this state. */
  since?: string;
  startedAt?: string;
  message?: string;
  reason?: string;
  progress?: Progress;
}

export interface Target {
  action: string;
  ref: Ref;
  uid?: string;
  note?: string;
}

export interface Plan {
  /** What a person types; absent while there is nothing to approve. */
  approve?: string;
  backup?: string;
  complete?: boolean;
  expectedLoss?: string;
  expectedOutage?: string;
  hash?: string;
  strategy?: string;
  summary?: string;
  swapHash?: string;
  targets?: Target[];
}

export interface Finding {
  by?: string;
  severity: 'Refusal' | 'Warning';
  reason: string;
  message: string;
  remedy?: string;
}

export interface Condition {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
  observedGeneration?: number;
}

export interface Seen {
  ref: Ref;
  uid?: string;
  /** Of an owner: whether somebody else had suspended it already. */
  alreadyHeld?: boolean;
  why?: string;
  claims?: string[];
  replicas?: number;
}

export interface Recoverable {
  backupID?: string;
  from?: string;
  until?: string;
  lineage?: string;
  timeline?: number;
  note?: string;
}

export interface Stranded {
  namespace: string;
  claim: string;
  size?: string;
  verdict?: string;
  way?: string;
  reason?: string;
}

/** What Salvor has found out. Only what a person reads; the rest is in the YAML. */
export interface Facts {
  backup?: { name?: string; startedAt?: string; expiresAt?: string; storageLocation?: string; rejected?: string[] };
  checks?: { name: string; passed?: boolean; message?: string }[];
  consumers?: Seen[];
  findings?: Finding[];
  node?: { name?: string; evidence?: string; lastSeen?: string; claims?: Stranded[] };
  owners?: Seen[];
  schedules?: Seen[];
  source?: { mover?: string; newest?: string; ref?: Ref };
  postgres?: {
    diagnosis?: string;
    lineage?: string;
    database?: { name?: string; major?: number; instances?: number; primary?: string };
  };
  strategy?: string;
  target?: { namespace?: string; cluster?: string };
  times?: { outageFrom?: string; outageUntil?: string; provenAt?: string };
  volumes?: { claim: string; content?: { bytes?: number; method?: string }; copy?: { name?: string } }[];
}

export interface Status {
  observedGeneration?: number;
  phase?: string;
  step?: string;
  message?: string;
  target?: string;
  startedAt?: string;
  endedAt?: string;
  outage?: string;
  gitPatch?: string;
  conditions?: Condition[];
  facts?: Facts;
  plan?: Plan;
  progress?: Progress;
  recoverable?: Recoverable[];
  steps?: Step[];
  undo?: { possible?: boolean; until?: string; whyNot?: string };
}

export interface Spec {
  abort?: boolean;
  approvedPlan?: string;
  retry?: number;
  undo?: { requested?: boolean; retainFor?: string };
  targetNamespace?: string;
  backup?: { name?: string };
  cluster?: string;
  nodeName?: string;
  persistentVolumeClaim?: string;
  persistentVolumeClaims?: { names?: string[] };
  [more: string]: unknown;
}

/** A recovery of whatever kind. */
export interface RecoveryJson {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    uid: string;
    creationTimestamp: string;
    generation?: number;
    resourceVersion?: string;
  };
  spec?: Spec;
  status?: Status;
}
