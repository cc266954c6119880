package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a recovery has found out and must not forget, above all what was there before it changed it.
 * Written by looks only, committed before any act; all kinds share it.
 *
 * @param intent hash of the spec's immutable part that these facts belong to
 * @param restore which restore is the current one: counts the attempts
 * @param postgres what only the PostgreSQL kinds know
 * @param node what only NodeLossRecovery knows; null until the node has been looked at
 * @param source what only VolumeRecovery knows; null until the source has been looked at
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Facts(
    String intent,
    @Nullable TargetFacts target,
    @Nullable Strategy strategy,
    List<Finding> findings,
    @Nullable BackupFacts backup,
    List<VolumeFacts> volumes,
    List<PodFacts> pods,
    List<ConsumerFacts> consumers,
    List<OwnerFacts> owners,
    List<HoldFacts> schedules,
    List<HoldFacts> workloads,
    RestoreFacts restore,
    List<CheckFacts> checks,
    TimeFacts times,
    PostgresFacts postgres,
    @Nullable NodeFacts node,
    @Nullable SourceFacts source) {

  public Facts {
    findings = copy(findings);
    volumes = copy(volumes);
    pods = copy(pods);
    consumers = copy(consumers);
    owners = copy(owners);
    schedules = copy(schedules);
    workloads = copy(workloads);
    checks = copy(checks);
    if (restore == null) restore = RestoreFacts.FIRST;
    if (times == null) times = TimeFacts.NONE;
    if (postgres == null) postgres = PostgresFacts.NONE;
    if (intent == null) intent = "";
  }

  /** Nothing known yet. */
  public static Facts none(String intent) {
    return new Facts(
        intent,
        null,
        null,
        List.of(),
        null,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        RestoreFacts.FIRST,
        List.of(),
        TimeFacts.NONE,
        PostgresFacts.NONE,
        null,
        null);
  }

  private static <T> List<T> copy(@Nullable List<T> list) {
    return list == null ? List.of() : List.copyOf(list);
  }

  /** The target; only to be called by steps that come after the look at it. */
  public TargetFacts knownTarget() {
    if (target == null) throw new IllegalStateException("the target has not been looked at");
    return target;
  }

  /** The backup; only to be called by steps that come after its choice. */
  public BackupFacts knownBackup() {
    if (backup == null) throw new IllegalStateException("no backup has been chosen");
    return backup;
  }

  /** True if something forbids to go on. */
  public boolean refused() {
    return findings.stream().anyMatch(finding -> finding.severity() == Finding.Severity.Refusal);
  }

  public Facts withTarget(TargetFacts found) {
    return new Facts(
        intent, found, strategy, findings, backup, volumes, pods, consumers, owners, schedules,
        workloads, restore, checks, times, postgres, node, source);
  }

  public Facts withStrategy(Strategy chosen) {
    return new Facts(
        intent, target, chosen, findings, backup, volumes, pods, consumers, owners, schedules,
        workloads, restore, checks, times, postgres, node, source);
  }

  /** Replaces what {@code step} found before by what it finds now. */
  public Facts withFindings(String step, List<Finding> found) {
    var all =
        new ArrayList<>(findings.stream().filter(finding -> !finding.by().equals(step)).toList());
    all.addAll(found);
    return new Facts(
        intent, target, strategy, all, backup, volumes, pods, consumers, owners, schedules,
        workloads, restore, checks, times, postgres, node, source);
  }

  public Facts withBackup(@Nullable BackupFacts chosen) {
    return new Facts(
        intent, target, strategy, findings, chosen, volumes, pods, consumers, owners, schedules,
        workloads, restore, checks, times, postgres, node, source);
  }

  public Facts withVolumes(List<VolumeFacts> found) {
    return new Facts(
        intent, target, strategy, findings, backup, found, pods, consumers, owners, schedules,
        workloads, restore, checks, times, postgres, node, source);
  }

  public Facts withPods(List<PodFacts> found) {
    return new Facts(
        intent, target, strategy, findings, backup, volumes, found, consumers, owners, schedules,
        workloads, restore, checks, times, postgres, node, source);
  }

  public Facts withConsumers(List<ConsumerFacts> found) {
    return new Facts(
        intent, target, strategy, findings, backup, volumes, pods, found, owners, schedules,
        workloads, restore, checks, times, postgres, node, source);
  }

  public Facts withOwners(List<OwnerFacts> found) {
    return new Facts(
        intent, target, strategy, findings, backup, volumes, pods, consumers, found, schedules,
        workloads, restore, checks, times, postgres, node, source);
  }

  public Facts withSchedules(List<HoldFacts> found) {
    return new Facts(
        intent, target, strategy, findings, backup, volumes, pods, consumers, owners, found,
        workloads, restore, checks, times, postgres, node, source);
  }

  /**
   * The objects that Namespace scope deletes before it restores them; {@code before} is empty for
   * them.
   */
  public Facts withWorkloads(List<HoldFacts> found) {
    return new Facts(
        intent, target, strategy, findings, backup, volumes, pods, consumers, owners, schedules,
        found, restore, checks, times, postgres, node, source);
  }

  public Facts withRestore(RestoreFacts next) {
    return new Facts(
        intent, target, strategy, findings, backup, volumes, pods, consumers, owners, schedules,
        workloads, next, checks, times, postgres, node, source);
  }

  public Facts withChecks(List<CheckFacts> judged) {
    return new Facts(
        intent, target, strategy, findings, backup, volumes, pods, consumers, owners, schedules,
        workloads, restore, judged, times, postgres, node, source);
  }

  public Facts withTimes(TimeFacts measured) {
    return new Facts(
        intent, target, strategy, findings, backup, volumes, pods, consumers, owners, schedules,
        workloads, restore, checks, measured, postgres, node, source);
  }

  public Facts withPostgres(PostgresFacts known) {
    return new Facts(
        intent, target, strategy, findings, backup, volumes, pods, consumers, owners, schedules,
        workloads, restore, checks, times, known, node, source);
  }

  public Facts withNode(NodeFacts found) {
    return new Facts(
        intent, target, strategy, findings, backup, volumes, pods, consumers, owners, schedules,
        workloads, restore, checks, times, postgres, found, source);
  }

  /** The lost node; only to be called by steps that come after the look at it. */
  public NodeFacts knownNode() {
    if (node == null) throw new IllegalStateException("the node has not been looked at");
    return node;
  }

  public Facts withSource(@Nullable SourceFacts found) {
    return new Facts(
        intent, target, strategy, findings, backup, volumes, pods, consumers, owners, schedules,
        workloads, restore, checks, times, postgres, node, found);
  }

  /** The source; only to be called by steps that come after the look at it. */
  public SourceFacts knownSource() {
    if (source == null) throw new IllegalStateException("the source has not been looked at");
    return source;
  }
}
