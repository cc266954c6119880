package dev.salvor.app;

import dev.salvor.api.Recovery;
import dev.salvor.api.RecoverySpec;
import dev.salvor.api.RecoveryStatus;
import dev.salvor.api.Ref;
import dev.salvor.kube.Destruction;
import dev.salvor.kube.EventSink;
import dev.salvor.recovery.RecoveryObserver;
import org.jspecify.annotations.Nullable;

/** Everybody who is told what happens: events, metrics, audit log. */
final class Told implements EventSink, RecoveryObserver {
  private final EventSink events;
  private final RecoveryMetrics metrics;
  private final Audit audit;

  Told(EventSink events, RecoveryMetrics metrics, Audit audit) {
    this.events = events;
    this.metrics = metrics;
    this.audit = audit;
  }

  @Override
  public void publish(
      Ref regarding,
      String regardingUid,
      boolean warning,
      String reason,
      String action,
      String note,
      @Nullable Ref related) {
    events.publish(regarding, regardingUid, warning, reason, action, note, related);
  }

  /** The log first: it is the record. */
  @Override
  public void destroyed(Destruction destruction) {
    audit.destroyed(destruction);
    metrics.destroyed(destruction);
  }

  @Override
  public void ticking(Recovery<? extends RecoverySpec> recovery) {
    audit.ticking(recovery);
    metrics.ticking(recovery);
  }

  @Override
  public void ticked(Recovery<? extends RecoverySpec> recovery, RecoveryStatus after) {
    audit.ticked(recovery, after);
    metrics.ticked(recovery, after);
  }
}
