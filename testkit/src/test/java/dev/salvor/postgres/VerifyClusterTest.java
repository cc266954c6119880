package dev.salvor.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Facts;
import dev.salvor.engine.Outcome;
import dev.salvor.engine.Sight;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Manifests;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class VerifyClusterTest {
  private final SwapShop shop = SwapShop.withPlugin();
  private Optional<Instant> bucket = Optional.empty();
  private final VerifyCluster verify = new VerifyCluster(shop.cluster, SwapShop.RUN, _ -> bucket);

  /** Awake again; the two replicas have joined. */
  private Facts awake() {
    var facts = shop.exchanged();
    shop.drive(new Wake(shop.cluster, SwapShop.RUN), facts);
    for (var claim : new String[] {"db-1", "db-1-wal", "db-3", "db-3-wal"})
      shop.cluster.put(SwapShopManifests.bound(claim, shop.db().uid()));
    shop.cluster.settle();
    assertThat(shop.db().healthy()).isTrue();
    return facts;
  }

  private void baseBackup(Facts facts) {
    var name = Names.firstBackup(SwapShop.RUN, facts);
    shop.cluster.create(
        Manifests.one(
            "{apiVersion: postgresql.cnpg.io/v1, kind: Backup, metadata: {name: %s, namespace: shop}, spec: {cluster: {name: db-r1}}}"
                .formatted(name)));
    shop.cluster.round();
  }

  private void flipped() {
    change(db -> {
      PlainOperator.condition(db, "ContinuousArchiving", "False", "x", shop.cluster.world());
      PlainOperator.condition(
          db, "ContinuousArchiving", "True", "ContinuousArchivingSuccess", shop.cluster.world());
    });
  }

  @Test
  void provenByAFlipOfTheCondition() {
    var facts = awake();
    baseBackup(facts);
    assertThat(missing(facts)).contains("no WAL file has reached lineage db-v2");
    flipped();
    assertThat(look(facts)).isInstanceOf(Sight.Seen.class);
  }

  @Test
  void provenByTheBucket() {
    var facts = awake();
    baseBackup(facts);
    bucket = Optional.of(shop.cluster.now().minus(Duration.ofHours(1)));
    assertThat(missing(facts)).contains("no WAL file");
    bucket = Optional.of(shop.cluster.now());
    assertThat(look(facts)).isInstanceOf(Sight.Seen.class);
  }

  @Test
  void provenByABackupOfTheClusterItself() {
    var facts = awake();
    assertThat(missing(facts)).contains("no base backup of lineage db-v2 is completed");
    assertThat(shop.drive(new TakeBaseBackup(shop.cluster, SwapShop.RUN), facts))
        .isInstanceOf(Outcome.Done.class);
    assertThat(look(facts)).isInstanceOf(Sight.Seen.class);
  }

  @Test
  void aBackupFromBeforeProvesNothing() {
    shop.drive(new TakeBaseBackup(shop.cluster, SwapShop.RUN), shop.facts());
    shop.cluster.advance(Duration.ofMinutes(1));
    assertThat(missing(awake())).contains("no base backup", "no WAL file");
  }

  @Test
  void everythingThatIsMissingIsNamedTogether() {
    var facts = shop.exchanged();
    shop.drive(new Wake(shop.cluster, SwapShop.RUN), facts);
    shop.cluster.advance(Duration.ofSeconds(1));
    shop.operator.asleep = true;
    change(db -> {
      PlainOperator.condition(db, "ContinuousArchiving", "False", "x", shop.cluster.world());
      db.withObject("/status").put("timelineID", 1);
    });
    assertThat(missing(facts))
        .contains(
            "1 of 3 instances are ready",
            "timeline 1, above 1 is expected",
            "no base backup",
            "archiving fails: x, it says");
  }

  /** CloudNativePG is away: its status stays what it was. */
  @Test
  void instancesThatOnlyTheStatusKnowsDoNotCount() {
    var facts = awake();
    baseBackup(facts);
    flipped();
    shop.operator.asleep = true;
    shop.cluster.delete(Kinds.POD.ref("shop", "db-3"));
    shop.cluster.settle();
    assertThat(shop.db().healthy()).isTrue();
    assertThat(missing(facts)).contains("2 of 3 instances are ready");
  }

  @Test
  void theOldLineageIsNoSuccess() {
    var facts = awake();
    baseBackup(facts);
    flipped();
    change(db -> Archiving.rename(db, "db"));
    assertThat(missing(facts)).contains("it archives to lineage db, not to db-v2");
  }

  @Test
  void anotherSystemIsRefused() {
    shop.operator.systemId = "1";
    // the Cluster was looked at when it still was the right one
    var facts = awake();
    assertThat(refused(facts)).contains("WrongSystem");
  }

  @Test
  void aTimelineThatStaysTooLowIsRefused() {
    var facts = awake();
    shop.operator.timeline = 1;
    shop.cluster.settle();
    baseBackup(facts);
    flipped();
    assertThat(missing(facts)).contains("timeline 1, above 1 is expected");
    var sight = verify.look(facts, shop.moment(Duration.ofMinutes(3)));
    assertThat(((Sight.Refused<Facts>) sight).failed().reason()).isEqualTo("TimelineTooLow");
  }

  @Test
  void aClusterThatSomebodyMadeAnewIsRefused() {
    var facts = awake();
    shop.cluster.delete(CnpgCluster.ref("shop", "db"));
    assertThat(refused(facts)).contains("ClusterChanged");
    shop.cluster.create(SwapShopManifests.cluster(true, "db-v2"));
    assertThat(refused(facts)).contains("ClusterRecreated");
  }

  @Test
  void theClaimsOfThePrimaryMustHaveBeenExchanged() {
    // nothing was exchanged, the Cluster just went on: old timeline, old lineage
    var facts = shop.facts();
    assertThat(missing(facts)).contains("timeline 1, above 1", "archives to lineage db, not to");
  }

  private Sight<Facts> look(Facts facts) {
    return verify.look(facts, shop.moment(Duration.ZERO));
  }

  private String missing(Facts facts) {
    return ((Sight.NotYet<Facts>) look(facts)).message();
  }

  private String refused(Facts facts) {
    var failed = ((Sight.Refused<Facts>) look(facts)).failed();
    return failed.reason() + " " + failed.message();
  }

  private void change(Consumer<ObjectNode> change) {
    var db = shop.cluster.world().get(CnpgCluster.ref("shop", "db")).orElseThrow();
    change.accept(db);
    shop.cluster.update(db);
  }
}
