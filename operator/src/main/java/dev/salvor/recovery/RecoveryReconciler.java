package dev.salvor.recovery;

import dev.salvor.api.Recovery;
import dev.salvor.api.RecoverySpec;
import dev.salvor.api.RecoveryStatus;
import dev.salvor.kube.EventSink;
import dev.salvor.kube.Recoveries;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * The one reconciler of all kinds: a tick, then the commit of its status with the resourceVersion
 * that was read. A stale or deposed process gets a conflict there, before its next tick could touch
 * anything.
 */
public class RecoveryReconciler<R extends Recovery<? extends RecoverySpec>>
    implements Reconciler<R>, Cleaner<R> {
  private static final Logger LOG = LoggerFactory.getLogger(RecoveryReconciler.class);

  /** Key of the logs' MDC, beside JOSDK's resource.*. */
  private static final String STEP = "recovery.step";

  private final Ticker<R> ticker;
  private final StepEvents stepEvents;
  private final EventSink events;
  private final Recoveries recoveries;
  private final RecoveryObserver observer;
  private final Supplier<R> empty;
  private final Clock clock;
  private final Runnable fatal;

  /**
   * @param observer sees every tick; what it throws is logged and else ignored
   * @param empty makes a new, empty object of the kind
   * @param fatal ends the process after an {@link Error}
   */
  public RecoveryReconciler(
      Ticker<R> ticker,
      EventSink events,
      Recoveries recoveries,
      RecoveryObserver observer,
      Supplier<R> empty,
      Clock clock,
      Runnable fatal) {
    this.ticker = ticker;
    this.events = events;
    this.stepEvents = new StepEvents(events);
    this.recoveries = recoveries;
    this.observer = observer;
    this.empty = empty;
    this.clock = clock;
    this.fatal = fatal;
  }

  @Override
  public UpdateControl<R> reconcile(R recovery, Context<R> context) {
    var turn = tick(recovery);
    UpdateControl<R> control =
        turn.status().equals(recovery.getStatus())
            ? UpdateControl.noUpdate()
            : UpdateControl.patchStatus(locked(recovery, turn.status()));
    turn.again().ifPresent(again -> control.rescheduleAfter(atLeast(again)));
    return control;
  }

  /**
   * Deleting a running recovery aborts it, bounded in time; JOSDK patches no status here, so it is
   * committed directly.
   */
  @Override
  public DeleteControl cleanup(R cached, Context<R> context) {
    var live = recoveries.live(cached);
    if (live.isEmpty()) return DeleteControl.defaultDelete();
    var recovery = live.get();
    if (ticker.over(recovery, clock.instant())) {
      tellIfUnfinished(recovery);
      return DeleteControl.defaultDelete();
    }
    var turn = tick(recovery);
    if (!turn.status().equals(recovery.getStatus())) commit(recovery, turn.status());
    var again = turn.again().orElse(Duration.ofSeconds(1));
    var control = DeleteControl.noFinalizerRemoval();
    control.rescheduleAfter(atLeast(again));
    return control;
  }

  /**
   * JOSDK asks for this when the status was not taken, too; it tries again, less and less often.
   */
  @Override
  public ErrorStatusUpdateControl<R> updateErrorStatus(
      R recovery, Context<R> context, Exception answer) {
    tellIfRefused(recovery, answer);
    return ErrorStatusUpdateControl.defaultErrorProcessing();
  }

  private void commit(R recovery, RecoveryStatus status) {
    try {
      recoveries.commit(locked(recovery, status));
    } catch (RuntimeException answer) {
      tellIfRefused(recovery, answer);
      throw answer;
    }
  }

  /**
   * Without its journal a recovery cannot go on, and status is the one place that cannot say so.
   */
  private void tellIfRefused(R recovery, Exception answer) {
    var refusal = recoveries.refusal(answer);
    if (refusal.isEmpty()) return;
    events.publish(
        recovery.ref(),
        recovery.getMetadata().getUid(),
        true,
        "StatusRefused",
        "Commit",
        "the API server does not take the status of this recovery, so it does not go on. The CRD is"
            + " probably older than the operator: kubectl apply --server-side -f crds/yaml/"
            + recovery.getFullResourceName()
            + ".yaml of the operator's version. "
            + refusal.get(),
        null);
  }

  private Ticker.Turn tick(R recovery) {
    var before = recovery.getStatus();
    MDC.put(STEP, before == null || before.step() == null ? "" : before.step());
    try {
      observe(() -> observer.ticking(recovery));
      var turn = ticker.tick(recovery, clock.instant());
      MDC.put(STEP, String.valueOf(turn.status().step()));
      stepEvents.tell(recovery, before, turn.status());
      observe(() -> observer.ticked(recovery, turn.status()));
      LOG.atDebug()
          .addKeyValue("phase", turn.status().phase())
          .log("ticked: {}", turn.status().message());
      return turn;
    } catch (Error e) {
      // JOSDK would drop the recovery without a word; a new process goes on from the journal
      LOG.error("the process is broken and ends, so that a new one goes on", e);
      fatal.run();
      throw e;
    } finally {
      MDC.remove(STEP);
    }
  }

  private static void observe(Runnable look) {
    try {
      look.run();
    } catch (RuntimeException e) {
      LOG.warn("a recovery went on unobserved", e);
    }
  }

  private void tellIfUnfinished(R recovery) {
    var status = recovery.getStatus();
    var phase = status == null ? "" : String.valueOf(status.phase());
    if (phase.equals("Aborting") || phase.equals("Undoing") || phase.equals("TakingBack")) {
      events.publish(
          recovery.ref(),
          recovery.getMetadata().getUid(),
          true,
          "DeletedUnfinished",
          "Delete",
          "not everything could be taken back within "
              + Ticker.DELETION_LIMIT.toMinutes()
              + " minutes: "
              + status.message()
              + ". Salvor gives back what it still holds as soon as that is safe",
          null);
    }
  }

  /**
   * What the locked status write carries (stack.md 3.2): never the spec, always the resourceVersion
   * that was read.
   */
  private R locked(R recovery, RecoveryStatus status) {
    var meta = recovery.getMetadata();
    var locked = empty.get();
    locked.setMetadata(
        new ObjectMetaBuilder()
            .withName(meta.getName())
            .withNamespace(meta.getNamespace())
            .withUid(meta.getUid())
            .withResourceVersion(meta.getResourceVersion())
            .build());
    locked.setStatus(status);
    return locked;
  }

  private static Duration atLeast(Duration again) {
    return again.compareTo(Duration.ofMillis(1)) < 0 ? Duration.ofMillis(1) : again;
  }
}
