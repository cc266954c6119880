package dev.salvor.velero;

/** What a Restore is for, which decides what it brings and how. */
public enum Restoring {
  /** Volumes into the shadow namespace, through held pods. */
  BESIDE,
  /** Volumes into their own namespace, through held pods, after the claims were deleted. */
  IN_PLACE,
  /** Everything, as it was. */
  NAMESPACE;

  /** The name of the step that makes it. */
  String step() {
    return this == BESIDE ? "RestoreBeside" : "RestoreBackup";
  }

  /** True if the pods are held. */
  boolean holds() {
    return this != NAMESPACE;
  }
}
