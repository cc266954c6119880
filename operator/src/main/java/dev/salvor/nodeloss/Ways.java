package dev.salvor.nodeloss;

import dev.salvor.api.ClaimSource;
import dev.salvor.api.GaleraFacts.Survivor;
import dev.salvor.api.NodeLossRecoverySpec;
import dev.salvor.api.Ref;
import dev.salvor.api.StrandedClaim.Verdict;
import dev.salvor.api.StrandedClaim.Way;
import dev.salvor.api.VolumeSource.Longhorn;
import dev.salvor.api.VolumeSource.VolSync;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.LonghornBackup;
import dev.salvor.kube.Seen;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * How a stranded claim comes back, with the least loss; what is not known for certain is reported
 * and left alone (volumes-and-databases.md 4.5).
 *
 * @param stranded UIDs of all claims that went with the node
 */
record Ways(NodeLossRecoverySpec spec, Topology all, Backups backups, Set<String> stranded) {
  private static final String DATABASE = "cnpg.io/cluster";
  private static final Pattern CACHE = Pattern.compile("volsync-(src|dst)-.+-cache");

  /**
   * One way.
   *
   * @param owner what it is done to, or what controls the pods
   */
  record Choice(
      Way way,
      @Nullable Ref owner,
      @Nullable String source,
      @Nullable Instant backedUpAt,
      String reason) {
    static Choice report(@Nullable Ref owner, String reason) {
      return new Choice(Way.Report, owner, null, null, reason);
    }
  }

  Choice of(Seen claim, Verdict verdict) {
    var owner = controller(claim);
    if (verdict == Verdict.SelfHealing)
      return Choice.report(
          owner,
          word(claim).isPresent() ? "spec.sources is not followed: nothing of it is lost" : "");
    if (verdict == Verdict.Unknown) return Choice.report(owner, "");
    if (!spec.covers(claim.namespace()))
      return Choice.report(owner, "namespace " + claim.namespace() + " is not to be touched");
    var word = word(claim);
    if (word.isPresent()) return asked(claim, word.get(), owner);
    if (!claim.label(DATABASE).isEmpty()) return database(claim);
    var member = Member.of(claim).filter(one -> Member.replicates(all, one.database()));
    if (member.isPresent()) return galera(member.get());
    if (CACHE.matcher(claim.name()).matches() && ownedBy(claim, "volsync.backube/"))
      return new Choice(Way.Cache, owner, null, null, "a cache of VolSync, which fills it again");
    if (all.users(claim).isEmpty())
      return Choice.report(owner, "no pod uses it; name it in spec.sources if it is to come back");
    return backedUp(claim, owner);
  }

  private Optional<ClaimSource> word(Seen claim) {
    return spec.source(claim.namespace(), claim.name());
  }

  private Choice asked(Seen claim, ClaimSource source, @Nullable Ref owner) {
    if (source.stays()) return Choice.report(owner, "spec.sources says to leave it");
    if (source.comesEmpty())
      return new Choice(Way.Empty, owner, null, null, "spec.sources says that it may be empty");
    var volSync = source.volSync();
    if (volSync != null) return volSync(claim, owner, volSync);
    var longhorn = source.longhorn();
    if (longhorn != null) return longhorn(claim, owner, longhorn);
    if (source.job() != null)
      return new Choice(Way.Job, owner, "a Job", null, "spec.sources gives a Job that fills it");
    var choice = source.backup();
    if (choice == null) return Choice.report(owner, "spec.sources says nothing about it");
    return backups
        .chosen(choice)
        .map(backup -> velero(owner, backup, "spec.sources names the backup"))
        .orElseGet(() ->
            Choice.report(
                owner, "the backup that spec.sources asks for is not there or not usable"));
  }

  private Choice volSync(Seen claim, @Nullable Ref owner, VolSync wanted) {
    var name = wanted.replicationSource();
    return backups
        .source(claim.namespace(), name)
        .map(source ->
            new Choice(
                Way.VolSync,
                owner,
                name,
                Backups.reached(source, wanted).orElse(null),
                "spec.sources names the ReplicationSource"))
        .orElseGet(() ->
            Choice.report(
                owner,
                "ReplicationSource "
                    + name
                    + " that spec.sources names is not there, or is not of restic or kopia"));
  }

  private Choice longhorn(Seen claim, @Nullable Ref owner, Longhorn wanted) {
    var handle = all.handle(claim);
    if (handle.isEmpty())
      return Choice.report(owner, "spec.sources says longhorn, but its volume is not Longhorn's");
    return backups
        .chosen(wanted, text(claim), handle)
        .map(backup -> longhorn(owner, backup, "spec.sources asks for the backup of Longhorn"))
        .orElseGet(() ->
            Choice.report(
                owner,
                "the backup of Longhorn that spec.sources asks for is not there, not usable, or of another namespace"));
  }

  private static Choice longhorn(@Nullable Ref owner, LonghornBackup backup, String reason) {
    return new Choice(Way.Longhorn, owner, backup.name(), backup.takenAt(), reason);
  }

  /** CloudNativePG: copied from what is left of it, or recovered from its archive. */
  private Choice database(Seen claim) {
    var name = claim.label(DATABASE);
    var ref = Kinds.CLUSTER.ref(claim.namespace(), name);
    if (all.database(ref).isEmpty())
      return Choice.report(ref, "its Cluster is gone; the claim is a remnant");
    var left =
        instances(claim.namespace(), name)
            .filter(one -> !one.terminating() && !stranded.contains(one.uid()))
            .map(Seen::name)
            .toList();
    return left.isEmpty()
        ? new Choice(Way.Postgres, ref, "WAL archive", null, "no instance of the Cluster is left")
        : new Choice(
            Way.Replica, ref, String.join(", ", left), null, "the Cluster has other instances");
  }

  /** MariaDB Galera: any member that is left has it all. */
  private Choice galera(Member member) {
    var database = member.database();
    var left = Member.survivors(all, database, stranded).stream().map(Survivor::pod).toList();
    return left.isEmpty()
        ? Choice.report(
            database, "no member of the MariaDB is left; restore its backup (spec.bootstrapFrom)")
        : new Choice(
            Way.Galera, database, String.join(", ", left), null, "the MariaDB has other members");
  }

  private Stream<Seen> instances(String namespace, String cluster) {
    return all.claims().stream()
        .filter(one ->
            one.namespace().equals(namespace)
                && one.label(DATABASE).equals(cluster)
                && one.label("cnpg.io/pvcRole").equals("PG_DATA"));
  }

  /** One backup for all claims of a namespace: they belong to one moment. */
  private Choice backedUp(Seen claim, @Nullable Ref owner) {
    var longhorn = backups.longhorn(text(claim), all.handle(claim));
    if (longhorn.isPresent())
      return longhorn(owner, longhorn.get(), "Longhorn has the newest backup of it");
    var source = backups.replicated(text(claim));
    if (source.isPresent())
      return new Choice(
          Way.VolSync,
          owner,
          source.get().name(),
          Backups.synced(source.get()),
          "its ReplicationSource has the newest backup of it");
    var together =
        all.claims().stream()
            .filter(one -> one.namespace().equals(claim.namespace()))
            .filter(one -> stranded.contains(one.uid()) && one.label(DATABASE).isEmpty())
            .filter(one -> word(one).isEmpty() && !CACHE.matcher(one.name()).matches())
            .filter(
                one -> Member.of(one).filter(of -> Member.replicates(all, of.database())).isEmpty())
            .filter(one -> !all.users(one).isEmpty())
            .filter(one -> backups.replicated(text(one)).isEmpty())
            .filter(one -> backups.longhorn(text(one), all.handle(one)).isEmpty())
            .map(Ways::text)
            .toList();
    var backup = backups.newest(together);
    if (backup.isPresent()) return velero(owner, backup.get(), "the newest backup that has it");
    return Choice.report(
        owner,
        backups.newest(List.of(text(claim))).isPresent()
            ? "no one backup has all stranded claims of the namespace; name one in spec.sources"
            : "no backup has it; name a way in spec.sources");
  }

  private static Choice velero(@Nullable Ref owner, Seen backup, String reason) {
    return new Choice(Way.Velero, owner, backup.name(), Backups.started(backup), reason);
  }

  /** What controls the pods that use it. */
  private @Nullable Ref controller(Seen claim) {
    return all.users(claim).stream()
        .flatMap(pod ->
            StreamSupport.stream(pod.at("/metadata/ownerReferences").spliterator(), false)
                .filter(reference -> reference.path("controller").asBoolean())
                .map(reference ->
                    new Ref(
                        reference.path("apiVersion").asText(),
                        reference.path("kind").asText(),
                        pod.namespace(),
                        reference.path("name").asText())))
        .findFirst()
        .orElse(null);
  }

  private static boolean ownedBy(Seen claim, String group) {
    return StreamSupport.stream(claim.at("/metadata/ownerReferences").spliterator(), false)
        .anyMatch(reference -> reference.path("apiVersion").asText().startsWith(group));
  }

  private static String text(Seen claim) {
    return claim.namespace() + "/" + claim.name();
  }
}
