package dev.salvor.app;

import dev.salvor.api.Command;
import dev.salvor.api.Recovery;
import dev.salvor.api.RecoverySpec;
import dev.salvor.api.RecoveryStatus;
import dev.salvor.kube.Destruction;
import dev.salvor.recovery.RecoveryObserver;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The logger {@value #LOGGER}: exactly one line for every destructive request. */
final class Audit implements RecoveryObserver {
  static final String LOGGER = "dev.salvor.audit";
  private static final Logger LOG = LoggerFactory.getLogger(LOGGER);
  private static final Warrant NONE = new Warrant("", "", "nobody", "");

  /**
   * On whose word a recovery acts.
   *
   * @param plan hash of its plan
   * @param approved hash that was approved
   * @param by field manager that approved; {@code approval: Automatic} if the spec did, {@code
   *     nobody} for what needs no approval, such as the removal of a copy
   */
  private record Warrant(String plan, String approved, String by, String at) {}

  private final Remembered<Warrant> warrants = new Remembered<>();

  /** Its warrant is what the status said before the tick: that much is committed. */
  @Override
  public void ticking(Recovery<? extends RecoverySpec> recovery) {
    warrants.put(recovery.getMetadata().getUid(), warrant(recovery));
  }

  @Override
  public void ticked(Recovery<? extends RecoverySpec> recovery, RecoveryStatus after) {
    warrants.forget(recovery.getMetadata().getUid());
  }

  void destroyed(Destruction destruction) {
    var run = destruction.run();
    var victim = destruction.victim();
    var warrant = warrants.of(run.uid()).orElse(NONE);
    var deed = destruction.deed().name().toLowerCase(Locale.ROOT);
    var line =
        LOG.atInfo()
            .addKeyValue("deed", deed)
            .addKeyValue("outcome", destruction.outcome().word())
            .addKeyValue("victim", victim.ref().text())
            .addKeyValue("victimUid", victim.uid())
            .addKeyValue("recovery", run.ref().text())
            .addKeyValue("recoveryUid", run.uid())
            .addKeyValue("plan", warrant.plan())
            .addKeyValue("approved", warrant.approved())
            .addKeyValue("approvedBy", warrant.by())
            .addKeyValue("approvedAt", warrant.at());
    if (!destruction.answer().isEmpty()) line = line.addKeyValue("answer", destruction.answer());
    line.log("{} {}: {}", deed, victim.ref().text(), destruction.outcome().word());
  }

  private static Warrant warrant(Recovery<? extends RecoverySpec> recovery) {
    var status = recovery.getStatus();
    var plan = status == null || status.plan() == null ? null : status.plan();
    var hash = plan == null ? "" : Objects.requireNonNullElse(plan.swapHash(), plan.hash());
    var commands = status == null ? null : status.commands();
    RecoverySpec spec = recovery.getSpec();
    return approval(commands == null ? List.of() : commands, hash, spec.automatic());
  }

  private static Warrant approval(List<Command> commands, String plan, boolean automatic) {
    var last =
        commands.stream()
            .filter(command -> command.verb() == Command.Verb.Approve)
            .reduce((_, later) -> later);
    if (last.isPresent()) {
      var word = last.get();
      var by = Objects.requireNonNullElse(word.manager(), "unknown");
      return new Warrant(plan, word.value(), by, word.at().toString());
    }
    return automatic
        ? new Warrant(plan, plan, "approval: Automatic", "")
        : new Warrant(plan, "", "nobody", "");
  }
}
