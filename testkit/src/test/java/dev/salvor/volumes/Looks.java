package dev.salvor.volumes;

import static dev.salvor.volumes.Shop.NS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.ClaimChoice;
import dev.salvor.api.Facts;
import dev.salvor.api.Finding;
import dev.salvor.api.Finding.Severity;
import dev.salvor.api.NamespaceRestoreSpec.Scope;
import dev.salvor.api.Strategy;
import dev.salvor.engine.Moment;
import dev.salvor.engine.Sight;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Surroundings;
import dev.salvor.testkit.Manifests;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A shop to look at, and shorthand for looks and for clusters made by hand. */
final class Looks {
  final Shop shop = new Shop();

  Facts copied() {
    var swap = new Ticks(shop.cluster, shop.swap(), Facts.none("x"));
    while (!swap.journal().started("ReviewTarget")) swap.run(1);
    return swap.facts();
  }

  Facts look(@Nullable ClaimChoice choice, @Nullable Strategy wanted) {
    return look(Facts.none("x"), choice, wanted);
  }

  Facts look(Facts facts, @Nullable ClaimChoice choice, @Nullable Strategy wanted) {
    return seen(shop.readTarget(choice, wanted).look(facts, moment()));
  }

  Facts target(
      String namespace,
      Scope scope,
      @Nullable ClaimChoice choice,
      @Nullable Strategy wanted,
      Map<String, String> mapping) {
    var around = new Surroundings("salvor-system", "velero", Set.of("flux-system"));
    return seen(
        new ReadTarget(shop.reader, around, shop.run, namespace, scope, choice, wanted, mapping)
            .look(Facts.none("x"), moment()));
  }

  static Facts seen(Sight<Facts> sight) {
    assertThat(sight).isInstanceOf(Sight.Seen.class);
    return ((Sight.Seen<Facts>) sight).facts();
  }

  Moment moment() {
    return new Moment(shop.cluster.now(), shop.cluster.now());
  }

  static boolean refuses(Finding found) {
    return found.severity() == Severity.Refusal;
  }

  static ClaimChoice names(String... names) {
    return new ClaimChoice(List.of(names), null);
  }

  static ClaimChoice labels(String key, String value) {
    return new ClaimChoice(null, Map.of(key, value));
  }

  static Consumer<Shop> claim(String map, String key, String value) {
    return shop -> change(shop, claim -> claim.withObject("/" + map).put(key, value));
  }

  static void change(Shop shop, Consumer<com.fasterxml.jackson.databind.node.ObjectNode> change) {
    shop.reader.change(Kinds.PVC.ref(NS, "data"), change);
  }

  static Consumer<Shop> parameters(String parameter) {
    return shop ->
        shop.cluster.put(
            "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: fast},"
                + " provisioner: disk.example, parameters: {"
                + parameter
                + "}}");
  }

  static com.fasterxml.jackson.databind.node.ObjectNode owner(
      String kind, String version, String name, String uid) {
    return Manifests.one(
        "{apiVersion: %s, kind: %s, name: %s, uid: %s}".formatted(version, kind, name, uid));
  }
}
