package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a NodeLossRecovery knows on top of the facts that all kinds share.
 *
 * @param name the lost node
 * @param uid UID of its Node object; null if that is gone
 * @param evidence what speaks for the loss, in a sentence for people
 * @param lastSeen when its kubelet last renewed its Lease; null if the Lease is gone
 * @param claims the map: every claim whose volume no living node can serve
 * @param stuck pods of the lost node that nothing replaces until they are gone, without a stranded
 *     claim
 * @param galera databases that have lost members
 * @param helpers pods that recoveries lean on, without a stranded claim
 * @param promotions instances that are to become primaries
 * @param unarchived Clusters whose WAL archiving has not gone on by itself
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record NodeFacts(
    String name,
    @Nullable String uid,
    String evidence,
    @Nullable Instant lastSeen,
    List<StrandedClaim> claims,
    List<Victim> stuck,
    List<GaleraFacts> galera,
    List<HelperFacts> helpers,
    List<PromotionFacts> promotions,
    List<Ref> unarchived) {
  public NodeFacts {
    claims = claims == null ? List.of() : List.copyOf(claims);
    stuck = stuck == null ? List.of() : List.copyOf(stuck);
    galera = galera == null ? List.of() : List.copyOf(galera);
    helpers = helpers == null ? List.of() : List.copyOf(helpers);
    promotions = promotions == null ? List.of() : List.copyOf(promotions);
    unarchived = unarchived == null ? List.of() : List.copyOf(unarchived);
  }

  public NodeFacts withMap(
      List<StrandedClaim> found, List<Victim> pods, List<GaleraFacts> databases) {
    return new NodeFacts(
        name, uid, evidence, lastSeen, found, pods, databases, helpers, promotions, unarchived);
  }

  public NodeFacts withGalera(List<GaleraFacts> databases) {
    return new NodeFacts(
        name, uid, evidence, lastSeen, claims, stuck, databases, helpers, promotions, unarchived);
  }

  public NodeFacts withHelpers(List<HelperFacts> found) {
    return new NodeFacts(
        name, uid, evidence, lastSeen, claims, stuck, galera, found, promotions, unarchived);
  }

  public NodeFacts withPromotions(List<PromotionFacts> chosen) {
    return new NodeFacts(
        name, uid, evidence, lastSeen, claims, stuck, galera, helpers, chosen, unarchived);
  }

  public NodeFacts withUnarchived(List<Ref> databases) {
    return new NodeFacts(
        name, uid, evidence, lastSeen, claims, stuck, galera, helpers, promotions, databases);
  }

  /** Rows that go this way, of those that are stranded for certain. */
  public List<StrandedClaim> going(StrandedClaim.Way way) {
    return claims.stream().filter(row -> row.condemned() && row.way() == way).toList();
  }

  /** Rows whose claims are deleted. */
  public List<StrandedClaim> condemned() {
    return claims.stream().filter(StrandedClaim::condemned).toList();
  }
}
