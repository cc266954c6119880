package dev.salvor.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.Recorded;
import dev.salvor.testkit.World;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** New credentials that a restore Job prints, and what has to follow from them. */
class VolumeCapturesTest {
  private static final String RESTARTED =
      "/spec/template/metadata/annotations/kubectl.kubernetes.io~1restartedAt";

  @Test
  void whatTheJobPrintsIsInTheSecretsAfterTheExchangeAndNowhereElse() {
    var there = new CaptureShop();
    var story = new Story(there.recovers());
    story.untilStep("SwapVolumes");
    assertThat(there.secret("creds", "ADMIN")).as("not before the exchange").contains("old");
    assertThat(story.ends()).as(story.message()).isEqualTo("Succeeded");
    assertThat(there.secret("creds", "ADMIN")).contains(CaptureShop.PASSWORD);
    assertThat(there.secret("creds", "OTHER")).contains("kept");
    assertThat(there.secret("made", "token")).contains(CaptureShop.TOKEN);
    assertThat(there.volumes.shop.data("data")).isEqualTo("good-monday-data");
    assertThat(there.volumes.shop.cluster.writes())
        .filteredOn(write -> write.verb() == Recorded.Verb.STATUS)
        .extracting(write -> String.valueOf(write.after()))
        .noneMatch(told ->
            Stream.of(CaptureShop.PASSWORD, CaptureShop.TOKEN, "czNjcjN0LW9uZQ", "dG9rLXR3bw")
                .anyMatch(told::contains));
    assertThat(story.stage.resource().at("/status/plan/targets").toString())
        .contains("\"creds\"", "ADMIN", "\"made\"", "token", "\"Restart\"");
    assertThat(client(there).at(RESTARTED).asText()).isNotEmpty();
    assertThat(
            there
                .volumes
                .shop
                .object(Kinds.EXTERNAL_SECRET, "shop", "client")
                .at("/metadata/annotations/force-sync")
                .asText())
        .isNotEmpty();
    assertThat(restarts(there)).as("restarted once").hasSize(1);
  }

  @Test
  void theUndoGivesBackWhatTheSecretsHad() {
    var there = new CaptureShop();
    var story = new Story(there.recovers());
    assertThat(story.ends()).as(story.message()).isEqualTo("Succeeded");
    assertThat(story.undone()).as(story.message()).isEqualTo("Undone");
    assertThat(there.secret("creds", "ADMIN")).contains("old");
    assertThat(there.secret("creds", "OTHER")).contains("kept");
    assertThat(there.volumes.shop.cluster.world().list(Kinds.SECRET, "shop"))
        .extracting(secret -> secret.at("/metadata/name").asText())
        .containsExactlyInAnyOrder("creds", "repo");
    assertThat(restarts(there)).as("once there and once back").hasSize(2);
  }

  /** Hours later: between the two nobody stood still. */
  @Test
  void theOutageOfAnUndoIsItsOwn() {
    var there = new CaptureShop();
    var story = new Story(there.recovers());
    story.ends();
    var first = story.stage.resource().at("/status/outage").asText();
    there.volumes.shop.cluster.advance(Duration.ofHours(5));
    story.undone();
    assertThat(first).matches("[0-9.]+s");
    assertThat(story.stage.resource().at("/status/outage").asText()).matches("[0-9.]+s");
  }

  /** What lies there under its name from before is written over by what this Job has printed. */
  @Test
  void whatIsKeptIsOfThisJob() {
    var there = new CaptureShop();
    var story = new Story(there.recovers());
    var world = there.volumes.shop.cluster.world();
    story.until(() -> kept(world).isPresent());
    var forged = kept(world).orElseThrow();
    forged
        .withObject("/data")
        .properties()
        .forEach(field -> field.setValue(TextNode.valueOf("b2xk")));
    world.update(forged);
    assertThat(story.ends()).as(story.message()).isEqualTo("Succeeded");
    assertThat(there.secret("creds", "ADMIN")).contains(CaptureShop.PASSWORD);
    assertThat(there.secret("made", "token")).contains(CaptureShop.TOKEN);
  }

  private static Optional<ObjectNode> kept(World world) {
    return world.list(Kinds.SECRET, "shop").stream()
        .filter(secret -> secret.at("/metadata/name").asText().endsWith("-captures"))
        .findFirst();
  }

  @Test
  void whatSomebodyHasChangedSinceIsTheirs() {
    var there = new CaptureShop();
    var story = new Story(there.recovers());
    story.ends();
    var world = there.volumes.shop.cluster.world();
    for (var name : List.of("creds", "made")) {
      var secret = world.get(Kinds.SECRET.ref("shop", name)).orElseThrow();
      world.update(
          Manifests.merged(secret, Manifests.one("data: {ADMIN: bWluZQ==, MORE: bWluZQ==}")));
    }
    assertThat(story.undone()).as(story.message()).isEqualTo("Undone");
    assertThat(there.secret("creds", "ADMIN")).contains("mine");
    assertThat(there.secret("made", "token")).isEmpty();
    assertThat(there.secret("made", "MORE")).contains("mine");
    assertThat(story.stage.resource().at("/status/steps").toString())
        .contains("but for what somebody has changed since: ADMIN of Secret creds");
  }

  @ParameterizedTest
  @CsvSource({
    "'Restore Success!', CaptureMissing",
    "'new_password: \"\"\nissued x\nRestore Success!', CaptureMissing",
    "'new_password: \"a\"\nissued x\nissued y\nRestore Success!', CaptureAmbiguous",
  })
  void withoutTheValuesNothingIsExchanged(String says, String reason) {
    var there = new CaptureShop(says);
    var story = new Story(there.recovers());
    assertThat(story.ends()).isEqualTo("Failed");
    assertThat(story.reason()).isEqualTo(reason);
    assertThat(there.volumes.shop.data("data")).isEqualTo("old-data");
    assertThat(there.secret("creds", "ADMIN")).contains("old");
    assertThat(there.volumes.shop.cluster.world().list(Kinds.SECRET, "shop")).hasSize(2);
  }

  @Test
  void whatAFailureQuotesHasNoValueInIt() {
    var there = new CaptureShop("issued " + CaptureShop.TOKEN + " for you\nthat was all");
    var story = new Story(there.recovers());
    assertThat(story.ends()).isEqualTo("Failed");
    assertThat(story.message()).contains("that was all", "issued ***").doesNotContain("tok-two");
  }

  @ParameterizedTest
  @CsvSource({
    "(?<value>, (?<other>, PatternInvalid",
    "name: client, name: nobody, RestartUnknown",
    "externalSecrets: [client], externalSecrets: [nobody], ExternalSecretUnknown"
  })
  void whatCannotBeIsRefused(String given, String instead, String reason) {
    var there = new CaptureShop();
    var story = new Story(there.volumes.recovers(CaptureShop.JOB.replace(given, instead)));
    assertThat(story.ends()).isEqualTo("Refused");
    assertThat(story.reason()).isEqualTo(reason);
  }

  @Test
  void aSecretThatCannotChangeIsRefused() {
    var there = new CaptureShop();
    there.volumes.shop.cluster.put(
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: made, namespace: shop}
        immutable: true
        """);
    var story = new Story(there.recovers());
    assertThat(story.ends()).isEqualTo("Refused");
    assertThat(story.reason()).isEqualTo("SecretUnfit");
  }

  @Test
  void aStoreThatDoesNotAnswerIsNotWaitedForLong() {
    var there = new CaptureShop();
    there.stores.silent();
    var story = new Story(there.recovers());
    assertThat(story.ends()).as(story.message()).isEqualTo("Succeeded");
    assertThat(story.stage.resource().at("/status/steps").toString())
        .contains("not fetched anew within a minute: client");
  }

  private static ObjectNode client(CaptureShop there) {
    return there.volumes.shop.object(Kinds.DEPLOYMENT, "shop", "client");
  }

  /** All times it was told to, whatever is left of them. */
  private static List<String> restarts(CaptureShop there) {
    return there.volumes.shop.cluster.writes().stream()
        .filter(write -> write.ref().equals(Kinds.DEPLOYMENT.ref("shop", "client")))
        .map(Recorded::after)
        .flatMap(after -> Optional.ofNullable(after).stream())
        .map(after -> after.at(RESTARTED).asText())
        .filter(at -> !at.isEmpty())
        .distinct()
        .toList();
  }
}
