package dev.salvor.volumes;

import dev.salvor.api.Facts;
import dev.salvor.api.Victim;
import dev.salvor.api.VolumeFacts;
import dev.salvor.engine.Guard;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Step.Act;
import dev.salvor.kube.ClusterWriter;
import dev.salvor.kube.Destroyer;
import dev.salvor.kube.Run;
import java.time.Duration;
import java.util.Optional;

/**
 * Deletes the claims of the other instances by UID, so that CloudNativePG joins new replicas to the
 * exchanged primary and does not start old ones on another history. Their volumes are kept. Makes
 * nothing; a claim that is gone, or another one of that name, is none of its business.
 */
public record DropClaims(ClusterWriter cluster, Destroyer destroyer, Run run, Guard<Facts> held)
    implements Act<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(10);
  }

  @Override
  public Outcome act(Facts facts, Moment moment) {
    var namespace = facts.knownTarget().namespace();
    var going = Optional.<Outcome>empty();
    for (var volume : facts.postgres().dropped()) {
      var claim = read(namespace, volume);
      if (claim.isEmpty()) continue;
      if (claim.get().seen().terminating()) {
        if (going.isEmpty())
          going =
              Optional.of(Outcome.pressing(Deletable.blocked(cluster, namespace, volume.claim())));
        continue;
      }
      return delete(facts, volume, claim.get());
    }
    return going.orElseGet(
        () -> Outcome.done("no claim of another instance is left, their volumes are kept"));
  }

  private Outcome delete(Facts facts, VolumeFacts volume, ClaimView claim) {
    var broken = held.broken(facts);
    if (broken.isPresent()) return broken.get();
    var namespace = claim.seen().namespace();
    var users = ClaimView.users(cluster, namespace, volume.claim());
    if (!users.isEmpty())
      return Outcome.pressing(
          "waiting for pods that use claim " + volume.claim() + ": " + String.join(", ", users));
    var recorded = volume.old();
    Optional<PvView> old = recorded == null ? Optional.empty() : PvView.read(cluster, recorded);
    var unsafe = Deletable.whyNot(volume, claim, old);
    if (unsafe.isPresent())
      return Outcome.failed(
          "OldVolumeNotSafe",
          "claim " + volume.claim() + " was not deleted: " + unsafe.get(),
          "find out who changed it, set its reclaim policy to Retain, then raise spec.retry");
    destroyer.destroy(new Victim(claim.seen().ref(), claim.uid()));
    return Outcome.wrote("deleting claim " + volume.claim());
  }

  private Optional<ClaimView> read(String namespace, VolumeFacts volume) {
    return ClaimView.read(cluster, namespace, volume.claim())
        .filter(claim -> claim.uid().equals(volume.claimUid()));
  }
}
