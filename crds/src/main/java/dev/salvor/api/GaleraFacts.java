package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A MariaDB with Galera that has lost members with a node.
 *
 * @param ref the MariaDB
 * @param uid its UID
 * @param survivors members whose data is not lost, as far as is known
 * @param bootstrap pod to form the cluster from, once its own recovery has not come to that; null
 *     while that is not decided, or not needed
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record GaleraFacts(
    Ref ref, String uid, List<Survivor> survivors, @Nullable String bootstrap) {
  public GaleraFacts {
    survivors = survivors == null ? List.of() : List.copyOf(survivors);
  }

  /**
   * One of them.
   *
   * @param pod name of its pod
   * @param claim UID of the claim that has its data: another one is another, empty member
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Survivor(String pod, String claim) {}

  /** Of the MariaDB and its members. */
  public String namespace() {
    return Objects.requireNonNull(ref.namespace());
  }

  public GaleraFacts withBootstrap(@Nullable String pod) {
    return new GaleraFacts(ref, uid, survivors, pod);
  }
}
