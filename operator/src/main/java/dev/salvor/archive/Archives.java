package dev.salvor.archive;

/** Opens object stores: S3 in production, whatever a test has elsewhere. */
@FunctionalInterface
public interface Archives {
  /** To be closed by the caller. Connects when it is first asked something. */
  ObjectStore open(ArchiveAddress address);
}
