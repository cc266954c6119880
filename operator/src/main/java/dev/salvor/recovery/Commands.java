package dev.salvor.recovery;

import dev.salvor.api.Command;
import dev.salvor.api.Command.Verb;
import dev.salvor.api.Recovery;
import dev.salvor.api.RecoverySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What people have said, each word put on record when it is first seen, so that it holds when a
 * GitOps tool takes the field away again.
 */
public record Commands(List<Command> all) {
  public Commands {
    all = List.copyOf(all);
  }

  /** Those on record, and what the spec says on top of them. */
  static Commands seen(
      @Nullable List<Command> recorded, Recovery<? extends RecoverySpec> recovery, Instant now) {
    var all = new ArrayList<Command>(recorded == null ? List.of() : recorded);
    RecoverySpec spec = recovery.getSpec();
    var approved = spec.approvedPlan();
    if (approved != null && !approved.isBlank())
      add(all, Verb.Approve, approved.strip(), recovery, "approvedPlan", now);
    if (spec.aborted()) add(all, Verb.Abort, "", recovery, "abort", now);
    if (spec.retries() > 0)
      add(all, Verb.Retry, Integer.toString(spec.retries()), recovery, "retry", now);
    if (spec.undoRequested()) add(all, Verb.Undo, "", recovery, "undo", now);
    return new Commands(all);
  }

  boolean has(Verb verb) {
    return all.stream().anyMatch(command -> command.verb() == verb);
  }

  boolean approved(String hash) {
    return all.stream()
        .anyMatch(command -> command.verb() == Verb.Approve && command.value().equals(hash));
  }

  /** True if the spec asks for a retry that was not on record in {@code before}. */
  boolean retriesSince(@Nullable List<Command> before) {
    return count(all) > count(before == null ? List.of() : before);
  }

  private static long count(List<Command> commands) {
    return commands.stream().filter(command -> command.verb() == Verb.Retry).count();
  }

  private static void add(
      List<Command> all,
      Verb verb,
      String value,
      Recovery<? extends RecoverySpec> recovery,
      String field,
      Instant now) {
    if (all.stream().anyMatch(command -> command.verb() == verb && command.value().equals(value)))
      return;
    all.add(new Command(verb, value, now, manager(recovery, field)));
  }

  private static @Nullable String manager(Recovery<? extends RecoverySpec> recovery, String field) {
    var entries = recovery.getMetadata().getManagedFields();
    if (entries == null) return null;
    for (var entry : entries.reversed()) {
      var fields = entry.getFieldsV1();
      if (fields == null || entry.getSubresource() != null && !entry.getSubresource().isEmpty())
        continue;
      if (fields.getAdditionalProperties().get("f:spec") instanceof java.util.Map<?, ?> spec
          && spec.containsKey("f:" + field)) {
        return entry.getManager();
      }
    }
    return null;
  }
}
