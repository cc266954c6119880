package dev.salvor.velero;

import dev.salvor.api.Facts;
import dev.salvor.api.VolumeFacts;
import dev.salvor.api.VolumeFacts.Content;
import dev.salvor.api.VolumeFacts.Method;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Quantity;
import dev.salvor.kube.Seen;
import java.util.List;
import java.util.Optional;

/**
 * Proves of one claim that its data is there, never by the word of the Restore alone (S6).
 *
 * @param namespace where the claim was restored
 * @param shadow true if that is not its own namespace
 */
record Proof(
    ClusterReader cluster,
    Facts facts,
    String namespace,
    boolean shadow,
    List<Transfer> transfers,
    List<Seen> volumes) {

  /** The answer for one claim. */
  sealed interface Verdict {
    record Proven(VolumeFacts.Pv volume) implements Verdict {}

    /** Not yet, though it may come. */
    record Open(String why) implements Verdict {}

    /** Never. */
    record Broken(String reason, String why) implements Verdict {}
  }

  Verdict of(VolumeFacts volume) {
    var content = volume.content();
    if (content == null)
      return new Verdict.Broken("NoData", "claim " + volume.claim() + " has no data in the backup");
    var transfer = transferred(volume.claim(), content);
    if (transfer.isPresent()) return transfer.get();
    var claim = cluster.get(Kinds.PVC.ref(namespace, volume.claim()));
    if (claim.isEmpty())
      return new Verdict.Broken("ClaimMissing", "Velero has not restored claim " + volume.claim());
    if (!claim.get().text("/status/phase").equals("Bound"))
      return new Verdict.Open("claim " + volume.claim() + " is not Bound yet");
    if (content.method() == Method.CsiSnapshot) {
      var wrong = snapshot(claim.get(), content);
      if (wrong.isPresent()) return wrong.get();
    }
    return bound(claim.get());
  }

  /** Empty if the transfer is complete, or none is needed. */
  private Optional<Verdict> transferred(String claim, Content content) {
    if (content.method() == Method.CsiSnapshot || content.snapshotId() == null)
      return Optional.empty();
    var transfer =
        transfers.stream()
            .filter(one ->
                content.method() == Method.DataMover
                    ? one.claim().equals(claim)
                    : one.throughPod()
                        && one.pod().equals(content.pod())
                        && one.volume().equals(content.volume()))
            .findFirst();
    if (transfer.isEmpty())
      return broken(
          "VolumeNotRestored",
          "Velero reports success but has not restored the data of claim " + claim);
    var found = transfer.get();
    if (!found.completed())
      return broken(
          "VolumeNotRestored",
          "claim "
              + claim
              + ": "
              + found.text()
              + " is "
              + (found.phase().isEmpty() ? "New" : found.phase())
              + (found.message().isEmpty() ? "" : ": " + found.message()));
    if (content.bytes() >= 0 && found.done() != content.bytes())
      return broken(
          "BytesDiffer",
          "claim "
              + claim
              + ": the backup holds "
              + content.bytes()
              + " bytes, "
              + found.done()
              + " were restored");
    return Optional.empty();
  }

  private Optional<Verdict> snapshot(Seen claim, Content content) {
    var name = claim.text("/spec/dataSource/name");
    if (!claim.text("/spec/dataSource/kind").equals("VolumeSnapshot"))
      return broken("VolumeNotRestored", "claim " + claim.name() + " was not made from a snapshot");
    var snapshot = cluster.get(Kinds.VOLUME_SNAPSHOT.ref(namespace, name));
    var handle =
        snapshot
            .map(seen -> seen.text("/status/boundVolumeSnapshotContentName"))
            .filter(bound -> !bound.isEmpty())
            .flatMap(bound -> cluster.get(Kinds.VOLUME_SNAPSHOT_CONTENT.ref(bound)))
            .map(bound ->
                bound.has("/spec/source/snapshotHandle")
                    ? bound.text("/spec/source/snapshotHandle")
                    : bound.text("/status/snapshotHandle"));
    if (handle.isEmpty())
      return Optional.of(new Verdict.Open("VolumeSnapshot " + name + " is not bound yet"));
    if (!handle.get().equals(content.snapshotId()))
      return broken(
          "WrongSnapshot",
          "claim "
              + claim.name()
              + " was made from snapshot "
              + handle.get()
              + ", the backup names "
              + content.snapshotId());
    return Optional.empty();
  }

  private Verdict bound(Seen claim) {
    var name = claim.text("/spec/volumeName");
    var volume = volumes.stream().filter(one -> one.name().equals(name)).findFirst();
    if (volume.isEmpty()) return new Verdict.Open("PersistentVolume " + name + " is not there yet");
    var seen = volume.get();
    if (!seen.text("/spec/claimRef/uid").equals(claim.uid()))
      return new Verdict.Open(
          "PersistentVolume " + name + " is not bound to claim " + claim.name());
    var source = VolumeSource.of(seen);
    for (var other : volumes) {
      if (other.uid().equals(seen.uid())) continue;
      if (VolumeSource.of(other).stream().anyMatch(source::contains))
        return new Verdict.Broken(
            "VolumeShared",
            "the new volume "
                + name
                + " of claim "
                + claim.name()
                + " is the same folder as PersistentVolume "
                + other.name());
    }
    if (shadow && VolumeSource.secretNamespaces(seen).contains(namespace))
      return new Verdict.Broken(
          "SecretInShadow",
          "the new volume "
              + name
              + " needs a Secret in namespace "
              + namespace
              + ", which goes away");
    return new Verdict.Proven(
        new VolumeFacts.Pv(
            name,
            seen.uid(),
            seen.text("/spec/persistentVolumeReclaimPolicy"),
            claim.uid(),
            shadow ? namespace : null,
            seen.has("/spec/storageClassName") ? seen.text("/spec/storageClassName") : null,
            Quantity.bytes(seen.text("/spec/capacity/storage"))));
  }

  private static Optional<Verdict> broken(String reason, String why) {
    return Optional.of(new Verdict.Broken(reason, why));
  }
}
