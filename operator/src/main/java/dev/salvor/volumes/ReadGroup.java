package dev.salvor.volumes;

import dev.salvor.api.CopyFacts;
import dev.salvor.api.DatabaseFacts;
import dev.salvor.api.Facts;
import dev.salvor.api.PostgresFacts;
import dev.salvor.api.Strategy;
import dev.salvor.api.VolumeFacts;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.engine.Step.Look;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Run;
import dev.salvor.kube.Surroundings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * The claims of the primary, which are exchanged, and those of the other instances, which are
 * dropped, with the volumes behind them. Looked at again after the copy was made: the copy stays,
 * also when another instance has become the primary meanwhile; the rest is taken as it is now.
 */
public record ReadGroup(ClusterReader cluster, Surroundings around, Run run)
    implements Look<Facts> {
  @Override
  public Duration deadline() {
    return Duration.ofMinutes(2);
  }

  @Override
  public Sight<Facts> look(Facts recorded, Moment moment) {
    var namespace = recorded.knownTarget().namespace();
    var database = recorded.postgres().database();
    // the look at the Cluster has refused already, and the person gets all refusals together
    if (database == null)
      return Sight.seen(recorded.withFindings(name(), List.of()), "there is no Cluster to look at");
    var chosen = recorded.strategy();
    var strategy = chosen == null ? Strategy.Swap : chosen;
    var group = new Group(cluster, run, namespace);
    var obstacles = new ArrayList<Obstacle>();
    var known = moved(recorded, database, obstacles);
    var volumes = new ArrayList<VolumeFacts>();
    var claims = new ArrayList<ClaimView>();
    for (var name : names(known, database)) {
      var before = known.stream().filter(volume -> volume.claim().equals(name)).findFirst();
      var claim = ClaimView.read(cluster, namespace, name);
      claim.ifPresent(claims::add);
      volumes.add(
          claim.isPresent() ? there(database, claim.get(), before) : gone(name, before, obstacles));
    }
    if (strategy != Strategy.Beside) {
      inTheWay(database, claims, namespace, obstacles);
      for (var stranger : group.besides(database)) obstacles.add(stranger(database, stranger));
    }
    storage(database, claims, volumes, strategy, namespace, obstacles);
    copies(volumes, obstacles);
    var dropped =
        strategy == Strategy.Beside ? List.<VolumeFacts>of() : group.dropped(recorded, database);
    var findings =
        obstacles.stream().flatMap(each -> each.finding(name(), strategy, true).stream()).toList();
    return Sight.seen(
        recorded
            .withVolumes(volumes)
            .withPostgres(renamed(recorded, database).withDropped(dropped))
            .withFindings(name(), findings),
        volumes.size() + " claims of the primary, " + dropped.size() + " of other instances");
  }

  /** Of a Cluster without any claim the copy has told what they are to be. */
  private static List<String> names(List<VolumeFacts> known, DatabaseFacts database) {
    return database.claims().isEmpty()
        ? known.stream().map(VolumeFacts::claim).toList()
        : database.claims();
  }

  /** A copy takes the place of the primary, whichever instance that is by now. */
  private static List<VolumeFacts> moved(
      Facts facts, DatabaseFacts database, List<Obstacle> obstacles) {
    var known = facts.volumes();
    var names = known.stream().map(VolumeFacts::claim).toList();
    var copied = known.stream().anyMatch(volume -> volume.copy() != null);
    if (!copied || database.claims().isEmpty() || names.equals(database.claims())) return known;
    if (names.size() != database.claims().size()) {
      obstacles.add(
          Obstacle.all(
              "GroupChanged",
              "the database has the claims "
                  + String.join(", ", database.claims())
                  + "; the copy was made for "
                  + String.join(", ", names),
              "apply a new recovery; this one can be aborted without harm"));
      return known;
    }
    obstacles.add(
        Obstacle.warning(
            "PrimaryMoved",
            "the primary has other claims than when the copy was made ("
                + String.join(", ", database.claims())
                + " instead of "
                + String.join(", ", names)
                + "): the copy takes their place",
            "find out why the database failed over, then approve"));
    var moved = new ArrayList<VolumeFacts>();
    for (var i = 0; i < names.size(); i++) {
      var name = database.claims().get(i);
      moved.add(new VolumeFacts(name, null, null, null, null, known.get(i).copy()));
    }
    return moved;
  }

  private static PostgresFacts renamed(Facts facts, DatabaseFacts database) {
    var copy = facts.postgres().copy();
    var names = facts.volumes().stream().map(VolumeFacts::claim).toList();
    if (copy == null
        || names.equals(database.claims())
        || names.size() != database.claims().size()
        || !copy.claims().keySet().containsAll(names)) return facts.postgres();
    var claims = new LinkedHashMap<String, String>();
    for (var i = 0; i < names.size(); i++) {
      var former = copy.claims().get(names.get(i));
      if (former != null) claims.put(database.claims().get(i), former);
    }
    return facts
        .postgres()
        .withCopy(
            new CopyFacts(
                copy.name(),
                copy.uid(),
                claims,
                copy.systemId(),
                copy.timeline(),
                copy.lastTransaction()));
  }

  private VolumeFacts there(DatabaseFacts database, ClaimView claim, Optional<VolumeFacts> before) {
    return new VolumeFacts(
        claim.name(),
        claim.uid(),
        DatabaseClaim.of(cluster, claim, database),
        PvView.behind(cluster, claim).map(PvView::facts).orElse(null),
        null,
        before.map(VolumeFacts::copy).orElse(null));
  }

  private VolumeFacts gone(String name, Optional<VolumeFacts> before, List<Obstacle> obstacles) {
    obstacles.add(
        Obstacle.warning(
            "ClaimMissing",
            "claim "
                + name
                + " does not exist: it is made for the recovered volume, and there is nothing to"
                + " undo to",
            "approve if it is really gone"));
    return new VolumeFacts(
        name,
        null,
        before.map(VolumeFacts::manifest).orElse(null),
        before
            .map(VolumeFacts::old)
            .filter(old -> PvView.read(cluster, old).isPresent())
            .orElse(null),
        null,
        before.map(VolumeFacts::copy).orElse(null));
  }

  private void inTheWay(
      DatabaseFacts database, List<ClaimView> claims, String namespace, List<Obstacle> obstacles) {
    var group = new GroupObstacles(cluster, database.name());
    var nodes = cluster.list(Kinds.NODE, "");
    for (var claim : claims) obstacles.addAll(group.exchanged(claim, nodes));
    for (var name : database.others())
      ClaimView.read(cluster, namespace, name)
          .ifPresent(claim -> obstacles.addAll(group.dropped(claim)));
  }

  private static Obstacle stranger(DatabaseFacts database, ClaimView claim) {
    return Obstacle.swap(
        "ClaimAppeared",
        "claim "
            + claim.name()
            + " carries the label of Cluster "
            + database.name()
            + ", but is of no instance that was found",
        "wait until the Cluster has finished scaling; a claim that was left behind can be deleted"
            + " if nobody needs it");
  }

  private void storage(
      DatabaseFacts database,
      List<ClaimView> claims,
      List<VolumeFacts> volumes,
      Strategy strategy,
      String namespace,
      List<Obstacle> obstacles) {
    var classes = new GroupClasses(cluster);
    var names = classes.names(database, claims);
    var copied = volumes.stream().anyMatch(volume -> volume.copy() != null);
    obstacles.addAll(classes.of(names, copied ? 0 : volumes.size()));
    var quota = new QuotaRoom(cluster, namespace);
    if (strategy != Strategy.Beside) obstacles.addAll(quota.obstacles(claims));
    if (strategy != Strategy.InPlace && !copied) obstacles.addAll(quota.beside(claims));
    obstacles.addAll(StorageOutage.of(cluster, names));
  }

  /** Whether each copy is still there and still fits the claim as it is now. */
  private void copies(List<VolumeFacts> volumes, List<Obstacle> obstacles) {
    for (var i = 0; i < volumes.size(); i++) {
      var volume = volumes.get(i);
      var copy = volume.copy();
      if (copy == null) continue;
      var seen = PvView.read(cluster, copy).filter(pv -> pv.heldBy(run) || pv.bound());
      if (seen.isEmpty()) {
        volumes.set(i, volume.withCopy(null));
        obstacles.add(
            Obstacle.all(
                "CopyTaken",
                "the copy of claim " + volume.claim() + " is gone: volume " + copy.name(),
                "apply a new recovery; this one can be aborted without harm"));
        continue;
      }
      var manifest = volume.manifest();
      if (manifest != null)
        Fit.whyNot(manifest, seen.get())
            .ifPresent(unfit -> obstacles.add(CopyFit.obstacle(volume.claim(), unfit)));
    }
  }
}
