package dev.salvor.argo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.api.Marks;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.demo.Repository;
import dev.salvor.testkit.health.Kstatus;
import dev.salvor.testkit.health.Lua;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.luaj.vm2.LuaError;

/**
 * Plays health_test.yaml and action_test.yaml of every kind as Argo CD's own tests do (argo-cd
 * util/lua/health_test.go, custom_actions_test.go), with luaj in place of gopher-lua.
 */
final class ArgoScriptsTest {
  private final Repository repository = Repository.find();
  private final List<String> kinds = new ArgoTree(repository).kinds();

  /** `kubectl wait`, Flux and kpt go by kstatus: it must say the same of the same object. */
  @TestFactory
  Stream<DynamicTest> kstatus() {
    return tests(
        "health_test.yaml",
        "tests",
        (folder, test) ->
            assertThat(Kstatus.of(read(folder, test.path("inputPath").asText())))
                .isEqualTo(
                    switch (test.at("/healthStatus/status").asText()) {
                      case "Healthy" -> Kstatus.CURRENT;
                      case "Degraded" -> Kstatus.FAILED;
                      default -> Kstatus.IN_PROGRESS;
                    }));
  }

  @TestFactory
  Stream<DynamicTest> health() {
    return tests(
        "health_test.yaml",
        "tests",
        (folder, test) -> {
          var input = read(folder, test.path("inputPath").asText());
          assertThat(run(folder + "health.lua", input, Map.of()))
              .isEqualTo(test.path("healthStatus"));
        });
  }

  @TestFactory
  Stream<DynamicTest> discovery() {
    return tests(
        "actions/action_test.yaml",
        "discoveryTests",
        (folder, test) -> {
          var input = read(folder + "actions/", test.path("inputPath").asText());
          var found = run(folder + "actions/discovery.lua", input, Map.of());
          var wanted = JsonNodeFactory.instance.objectNode();
          for (var action : test.path("result")) {
            var content = ((ObjectNode) action.deepCopy()).without("name");
            wanted.set(action.path("name").asText(), content);
          }
          assertThat(found).isEqualTo(wanted);
        });
  }

  @TestFactory
  Stream<DynamicTest> actions() {
    return tests(
        "actions/action_test.yaml",
        "actionTests",
        (folder, test) -> {
          var actions = folder + "actions/";
          var script = actions + test.path("action").asText() + "/action.lua";
          var input = read(actions, test.path("inputPath").asText());
          var parameters = new HashMap<String, String>();
          test.path("parameters")
              .properties()
              .forEach(one -> parameters.put(one.getKey(), one.getValue().asText()));
          if (test.has("expectedErrorMessage")) {
            var refused = assertThrows(LuaError.class, () -> run(script, input, parameters));
            assertThat(refused.getMessage().lines().findFirst().orElse(""))
                .endsWith(test.path("expectedErrorMessage").asText());
          } else {
            assertThat(run(script, input, parameters))
                .isEqualTo(read(actions, test.path("expectedOutputPath").asText()));
          }
        });
  }

  /** One case of a test file. */
  private interface Case {
    void play(String folder, JsonNode test);
  }

  private Stream<DynamicTest> tests(String file, String list, Case play) {
    var tests = new ArrayList<DynamicTest>();
    for (var kind : kinds) {
      var folder = "argocd/resource_customizations/" + Marks.GROUP + "/" + kind + "/";
      var cases = Manifests.one(repository.read(folder + file)).path(list);
      assertThat(cases.size()).isGreaterThan(5);
      var number = 0;
      for (var test : cases)
        tests.add(
            dynamicTest(
                kind
                    + " "
                    + ++number
                    + " "
                    + test.path("action").asText("")
                    + " "
                    + test.path("inputPath").asText(),
                () -> play.play(folder, test)));
    }
    return tests.stream();
  }

  private JsonNode run(String script, ObjectNode object, Map<String, String> parameters) {
    return Lua.run(repository.read(script), object, parameters);
  }

  private ObjectNode read(String folder, String path) {
    return Manifests.one(repository.read(folder + path));
  }
}
