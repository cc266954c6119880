package dev.salvor.nodeloss;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.StrandedClaim;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Topologies that nobody has drawn: what a living node can serve is never given up. */
class RandomMapTest {
  private static final List<String> KEYS = List.of("kubernetes.io/hostname", "zone", "disk");
  private static final List<String> VALUES = List.of("n0", "n1", "n2", "n3");

  private record Term(String key, String operator, List<String> values) {
    /** Written anew, on purpose: not the evaluator that is tested. */
    boolean holds(Map<String, String> labels) {
      var value = labels.get(key);
      return switch (operator) {
        case "In" -> value != null && values.contains(value);
        case "NotIn" -> value == null || !values.contains(value);
        case "Exists" -> labels.containsKey(key);
        default -> !labels.containsKey(key);
      };
    }

    String yaml() {
      var list = operator.endsWith("In") ? ", values: " + values : "";
      return "{key: " + key + ", operator: " + operator + list + "}";
    }
  }

  @RepeatedTest(300)
  void whatALivingNodeServesIsNeverGivenUp(RepetitionInfo repetition) {
    var random = new Random(repetition.getCurrentRepetition());
    var there = random.nextBoolean();
    var nodes = new TreeMap<String, Map<String, String>>();
    for (var node : VALUES) {
      if (node.equals("n0") && !there) continue;
      var labels = new TreeMap<String, String>();
      for (var key : KEYS) if (random.nextInt(3) > 0) labels.put(key, any(random, VALUES));
      nodes.put(node, labels);
    }
    var affinities = new ArrayList<List<List<Term>>>();
    for (var volume = 0; volume < 8; volume++)
      affinities.add(
          IntStream.rangeClosed(0, random.nextInt(2))
              .mapToObj(_ ->
                  IntStream.rangeClosed(0, random.nextInt(2)).mapToObj(_ -> term(random)).toList())
              .toList());
    var rows = Drawing.of(yaml(nodes, affinities, random)).rows();
    for (var volume = 0; volume < affinities.size(); volume++) {
      var claim = "a/v" + volume;
      var terms = affinities.get(volume);
      var served =
          nodes.entrySet().stream()
              .filter(node -> !node.getKey().equals("n0"))
              .anyMatch(node ->
                  terms.stream()
                      .anyMatch(all -> all.stream().allMatch(one -> one.holds(node.getValue()))));
      var listed = rows.stream().filter(row -> row.text().equals(claim)).toList();
      if (served) assertThat(listed).as(claim).isEmpty();
      else assertThat(listed).as(claim).hasSize(1);
      var alone =
          there
              && terms.stream()
                  .anyMatch(all -> all.stream().allMatch(one -> one.holds(nodes.get("n0"))));
      if (!served && alone)
        assertThat(listed.getFirst().verdict()).as(claim).isEqualTo(StrandedClaim.Verdict.Stranded);
    }
  }

  private static String yaml(
      Map<String, Map<String, String>> nodes, List<List<List<Term>>> affinities, Random random) {
    var text = new StringBuilder("spec: {nodeName: n0, confirmNodeLost: n0}\nnodes:\n");
    nodes.forEach((name, labels) ->
        text.append("  - {name: ")
            .append(name)
            .append(", labels: {")
            .append(
                labels.entrySet().stream()
                    .map(one -> one.getKey() + ": " + one.getValue())
                    .collect(Collectors.joining(", ")))
            .append("}}\n"));
    text.append("volumes:\n");
    for (var volume = 0; volume < affinities.size(); volume++)
      text.append("  - {claim: a/v")
          .append(volume)
          .append(random.nextBoolean() ? ", pod: " + any(random, VALUES) : "")
          .append(", terms: [")
          .append(
              affinities.get(volume).stream()
                  .map(all ->
                      all.stream().map(Term::yaml).collect(Collectors.joining(", ", "[", "]")))
                  .collect(Collectors.joining(", ")))
          .append("]}\n");
    return text.toString();
  }

  private static Term term(Random random) {
    return new Term(
        any(random, KEYS),
        any(random, List.of("In", "In", "NotIn", "Exists", "DoesNotExist")),
        List.of(any(random, VALUES)));
  }

  private static <T> T any(Random random, List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
