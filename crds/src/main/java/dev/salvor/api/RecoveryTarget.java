package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The moment to recover to, in PostgreSQL's own words (recovery_target_*). Exactly one of the first
 * six; none means {@code latest}.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value =
        "[has(self.latest), has(self.time), has(self.lsn), has(self.xid), has(self.name), has(self.immediate)].filter(x, x).size() <= 1",
    message =
        "a recovery has one target: keep one of latest, time, lsn, xid, name and immediate, and leave the others out")
@ValidationRule(
    value = "!(has(self.xid) || has(self.name) || has(self.immediate)) || has(self.backupID)",
    message =
        "CloudNativePG finds the base backup for xid, name and immediate only by its ID; set target.backupID (status.recoverable lists what there is)")
@ValidationRule(
    value = "!has(self.exclusive) || has(self.time) || has(self.lsn) || has(self.xid)",
    message = "exclusive stops just before the target; it needs time, lsn or xid")
public record RecoveryTarget(
    @JsonPropertyDescription("The newest moment the archive holds") @Nullable Boolean latest,
    @JsonPropertyDescription("A moment, RFC 3339: everything committed up to it comes back")
        @Nullable Instant time,
    @JsonPropertyDescription("A WAL position, X/Y") @Pattern("^[0-9A-F]{1,8}/[0-9A-F]{1,8}$")
        @Nullable String lsn,
    @JsonPropertyDescription("A transaction ID") @Pattern("^[0-9]{1,10}$") @Nullable String xid,
    @JsonPropertyDescription("A restore point made with pg_create_restore_point")
        @Size(min = 1, max = 63)
        @Nullable String name,
    @JsonPropertyDescription("The end of the base backup") @Nullable Boolean immediate,
    @JsonPropertyDescription("Stop just before the target instead of just after it")
        @Nullable Boolean exclusive,
    @JsonPropertyDescription("The base backup to start from; chosen if absent")
        @Pattern("^[0-9]{8}T[0-9]{6}$")
        @Nullable String backupID,
    @JsonPropertyDescription("The timeline to follow; the one that holds the target if absent")
        @Min(1)
        @Nullable Long timeline) {

  /** What kind of moment it is. */
  public enum Type {
    Latest,
    Time,
    Lsn,
    Xid,
    Name,
    Immediate
  }

  /** {@code latest}. */
  public static RecoveryTarget newest() {
    return new RecoveryTarget(true, null, null, null, null, null, null, null, null);
  }

  public Type type() {
    if (time != null) return Type.Time;
    if (lsn != null) return Type.Lsn;
    if (xid != null) return Type.Xid;
    if (name != null) return Type.Name;
    return Boolean.TRUE.equals(immediate) ? Type.Immediate : Type.Latest;
  }

  /** The target as PostgreSQL takes it; empty for {@code latest} and {@code immediate}. */
  public String value() {
    return switch (type()) {
      case Time -> String.valueOf(time);
      case Lsn -> String.valueOf(lsn);
      case Xid -> String.valueOf(xid);
      case Name -> String.valueOf(name);
      case Latest, Immediate -> "";
    };
  }

  /** {@link #exclusive} without the null. */
  public boolean stopsBefore() {
    return Boolean.TRUE.equals(exclusive);
  }
}
