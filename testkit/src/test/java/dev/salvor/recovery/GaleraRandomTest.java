package dev.salvor.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.testkit.models.GaleraMishap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/**
 * Members anywhere, machines that die and machines that are only cut off, some of them given up by
 * a person: never two clusters of one database, and never one that begins with less than is left.
 * The model throws if it sees either.
 */
class GaleraRandomTest {
  @RepeatedTest(24)
  void neverTwoClustersOfOneDatabase(RepetitionInfo repetition) {
    var random = new Random(repetition.getCurrentRepetition());
    var members = random.nextInt(3) == 0 ? 3 : 5;
    var shop = new GaleraShop(members, 1 + random.nextInt(2));
    if (random.nextInt(3) > 0) shop.galera.with(GaleraMishap.RECOVERY_FAILS);
    if (random.nextInt(4) == 0) shop.galera.with(GaleraMishap.OPERATOR_AWAY);
    var nodes = new ArrayList<String>();
    for (var node = 1; node <= members; node++) nodes.add("node-" + node);
    Collections.shuffle(nodes, random);
    var gone = 1 + random.nextInt(members - 1);
    var dead = nodes.subList(0, gone);
    var cut = random.nextInt(4) == 0 ? nodes.subList(gone, gone + 1) : List.<String>of();
    var all = random.nextInt(4) > 0;
    shop.dies(dead.toArray(String[]::new));
    shop.cut(cut.toArray(String[]::new));
    shop.later();
    if (shop.ready() == 0)
      for (var member = 0; member < members; member++)
        if (!shop.data(member).isEmpty() && !cut.contains(shop.place(member)))
          shop.write(member, "h1@" + (1 + random.nextInt(3)));
    var stories = new ArrayList<Story>();
    for (var node : all ? dead : dead.subList(1, gone)) stories.add(new Story(shop.recovers(node)));
    for (var round = 0; round < 900; round++) {
      if (round == 150) shop.galera.without(GaleraMishap.OPERATOR_AWAY);
      for (var story : stories) story.tick();
    }
    var told = shop.database().toString();
    for (var story : List.copyOf(stories))
      if (!story.stage.resource().at("/status/endedAt").isMissingNode())
        assertThat(told).doesNotContain(story.stage.recovery().name());
    if (all && cut.isEmpty() && shop.left() > 0)
      for (var story : stories)
        assertThat(story.stage.phase()).as(story.message()).isEqualTo("Succeeded");
  }
}
