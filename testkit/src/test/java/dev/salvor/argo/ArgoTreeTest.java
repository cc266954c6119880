package dev.salvor.argo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.salvor.api.Marks;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.demo.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What is checked in for Argo CD is what argocd/source says, for every kind. */
final class ArgoTreeTest {
  private final Repository repository = Repository.find();
  private final ArgoTree tree = new ArgoTree(repository);

  @Test
  void nothingHasDrifted() throws IOException {
    var folder = repository.root().resolve("argocd");
    var files = tree.files();
    if (Boolean.getBoolean("argocd.write"))
      for (var file : files.entrySet()) {
        var path = folder.resolve(file.getKey());
        Files.createDirectories(path.getParent());
        Files.writeString(path, file.getValue());
      }
    for (var file : files.entrySet())
      assertThat(folder.resolve(file.getKey()))
          .as(
              "argocd/%s differs from argocd/source; run: mvn -pl testkit -am test"
                  + " -Dtest=ArgoTreeTest -Dsurefire.failIfNoSpecifiedTests=false"
                  + " -Dargocd.write=true",
              file.getKey())
          .hasContent(file.getValue());
    var present = new TreeSet<String>();
    try (var all = Files.walk(folder.resolve("resource_customizations"))) {
      all.filter(Files::isRegularFile)
          .forEach(file -> present.add(folder.relativize(file).toString()));
    }
    present.removeAll(files.keySet());
    assertThat(present).as("files that nothing makes").isEmpty();
  }

  @Test
  void everyKindIsThere() {
    var kinds =
        Kinds.ALL.stream()
            .filter(kind -> kind.group().equals(Marks.GROUP))
            .map(Kind::kind)
            .sorted()
            .toList();
    assertThat(tree.kinds()).as("argocd/source/kinds.yaml").isEqualTo(kinds);
  }

  /** Argo CD reads YAML in YAML: what arrives is the very script. */
  @Test
  void theConfigMapCarriesTheScripts() {
    var data = Manifests.one(repository.read("argocd/argocd-cm.yaml")).path("data");
    assertThat(data.size()).isEqualTo(2 * tree.kinds().size());
    for (var kind : tree.kinds()) {
      var key = Marks.GROUP + "_" + kind;
      assertThat(data.path("resource.customizations.health." + key).asText())
          .isEqualTo(repository.read("argocd/source/health.lua"));
      var actions = Manifests.one(data.path("resource.customizations.actions." + key).asText());
      assertThat(actions.path("discovery.lua").asText())
          .isEqualTo(repository.read("argocd/source/discovery.lua"));
      assertThat(actions.path("definitions")).hasSize(ArgoTree.ACTIONS.size());
      for (var definition : actions.path("definitions"))
        assertThat(definition.path("action.lua").asText())
            .isEqualTo(
                repository.read("argocd/source/" + definition.path("name").asText() + ".lua"));
    }
  }
}
