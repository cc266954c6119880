package dev.salvor.app;

import dev.salvor.api.ArchiveReset;
import dev.salvor.api.Marks;
import dev.salvor.api.NamespaceRestore;
import dev.salvor.api.NodeLossRecovery;
import dev.salvor.api.PostgresRecovery;
import dev.salvor.api.VolumeRecovery;
import dev.salvor.kube.Recoveries;
import dev.salvor.recovery.RecoveryReconciler;
import dev.salvor.recovery.Ticker;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import java.time.Clock;

/** The one reconciler, once for each kind: a subclass is what JOSDK finds the kind on. */
final class Reconcilers {
  /** EX_SOFTWARE of sysexits.h. */
  private static final int SOFTWARE_ERROR = 70;

  private Reconcilers() {}

  @ControllerConfiguration(
      name = "namespacerestore",
      finalizerName = Marks.FINALIZER,
      fieldManager = Marks.MANAGER)
  static final class OfNamespaceRestore extends RecoveryReconciler<NamespaceRestore> {
    OfNamespaceRestore(Ticker<NamespaceRestore> ticker, Told told, Recoveries recoveries) {
      super(
          ticker,
          told,
          recoveries,
          told,
          NamespaceRestore::new,
          Clock.systemUTC(),
          () -> Runtime.getRuntime().halt(SOFTWARE_ERROR));
    }
  }

  @ControllerConfiguration(
      name = "postgresrecovery",
      finalizerName = Marks.FINALIZER,
      fieldManager = Marks.MANAGER)
  static final class OfPostgresRecovery extends RecoveryReconciler<PostgresRecovery> {
    OfPostgresRecovery(Ticker<PostgresRecovery> ticker, Told told, Recoveries recoveries) {
      super(
          ticker,
          told,
          recoveries,
          told,
          PostgresRecovery::new,
          Clock.systemUTC(),
          () -> Runtime.getRuntime().halt(SOFTWARE_ERROR));
    }
  }

  @ControllerConfiguration(
      name = "archivereset",
      finalizerName = Marks.FINALIZER,
      fieldManager = Marks.MANAGER)
  static final class OfArchiveReset extends RecoveryReconciler<ArchiveReset> {
    OfArchiveReset(Ticker<ArchiveReset> ticker, Told told, Recoveries recoveries) {
      super(
          ticker,
          told,
          recoveries,
          told,
          ArchiveReset::new,
          Clock.systemUTC(),
          () -> Runtime.getRuntime().halt(SOFTWARE_ERROR));
    }
  }

  @ControllerConfiguration(
      name = "nodelossrecovery",
      finalizerName = Marks.FINALIZER,
      fieldManager = Marks.MANAGER)
  static final class OfNodeLossRecovery extends RecoveryReconciler<NodeLossRecovery> {
    OfNodeLossRecovery(Ticker<NodeLossRecovery> ticker, Told told, Recoveries recoveries) {
      super(
          ticker,
          told,
          recoveries,
          told,
          NodeLossRecovery::new,
          Clock.systemUTC(),
          () -> Runtime.getRuntime().halt(SOFTWARE_ERROR));
    }
  }

  @ControllerConfiguration(
      name = "volumerecovery",
      finalizerName = Marks.FINALIZER,
      fieldManager = Marks.MANAGER)
  static final class OfVolumeRecovery extends RecoveryReconciler<VolumeRecovery> {
    OfVolumeRecovery(Ticker<VolumeRecovery> ticker, Told told, Recoveries recoveries) {
      super(
          ticker,
          told,
          recoveries,
          told,
          VolumeRecovery::new,
          Clock.systemUTC(),
          () -> Runtime.getRuntime().halt(SOFTWARE_ERROR));
    }
  }
}
