package dev.salvor.gitops;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.salvor.api.Marks;
import dev.salvor.kube.Seen;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Who wrote which field, as {@code metadata.managedFields} tells it (structured-merge-diff, {@code
 * FieldsV1}).
 */
final class Fields {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

  private Fields() {}

  /** The managers that own a field or something below it; status writers are not among them. */
  static List<String> managers(Seen seen, String pointer) {
    var managers = new ArrayList<String>();
    for (var entry : seen.at("/metadata/managedFields")) {
      if (entry.path("subresource").asText("").isEmpty()
          && !entry.path("fieldsV1").at(path(pointer)).isMissingNode()) {
        managers.add(entry.path("manager").asText("unknown"));
      }
    }
    return managers;
  }

  /** True if Salvor wrote the field and nobody has since. */
  static boolean ours(Seen seen, String pointer) {
    return managers(seen, pointer).contains(Marks.MANAGER);
  }

  /** The GitOps controller in whose manifest the field is, so that it would write it again. */
  static Optional<String> declaredBy(Seen seen, String pointer) {
    var manager = managers(seen, pointer).stream().filter(Fields::isGitOps).findFirst();
    if (manager.isPresent()) return manager;
    // Argo CD applies like kubectl unless it is told to apply server-side
    return argoTracks(seen) && inLastApplied(seen, pointer)
        ? Optional.of("argocd-controller")
        : Optional.empty();
  }

  /** The GitOps controllers that wrote anything but status. */
  static List<String> gitOpsWriters(Seen seen) {
    var writers = new ArrayList<String>();
    for (var entry : seen.at("/metadata/managedFields")) {
      var manager = entry.path("manager").asText("");
      if (entry.path("subresource").asText("").isEmpty()
          && isGitOps(manager)
          && !writers.contains(manager)) writers.add(manager);
    }
    return writers;
  }

  /** Who wrote the field, or, if it is gone, who wrote last: a guess, for people. */
  static String suspect(Seen seen, String pointer) {
    var owner =
        managers(seen, pointer).stream().filter(name -> !name.equals(Marks.MANAGER)).findFirst();
    if (owner.isPresent()) return "field manager " + owner.get();
    var entries = new ArrayList<JsonNode>();
    seen.at("/metadata/managedFields").forEach(entries::add);
    return entries.stream()
        .filter(entry -> entry.path("subresource").asText("").isEmpty())
        .filter(entry -> !entry.path("manager").asText("").equals(Marks.MANAGER))
        .max(Comparator.comparing(entry -> entry.path("time").asText("")))
        .map(entry -> "probably field manager " + entry.path("manager").asText("unknown"))
        .orElse("an unknown writer");
  }

  private static boolean isGitOps(String manager) {
    return manager.equals("kustomize-controller")
        || manager.equals("helm-controller")
        || manager.startsWith("flux")
        || manager.startsWith("argocd");
  }

  private static boolean argoTracks(Seen seen) {
    return !seen.annotation(ArgoBrake.TRACKING).isEmpty();
  }

  private static boolean inLastApplied(Seen seen, String pointer) {
    try {
      return !JSON.readTree(seen.annotation(LAST_APPLIED)).at(pointer).isMissingNode();
    } catch (JsonProcessingException unreadable) {
      return false;
    }
  }

  private static JsonPointer path(String pointer) {
    return JsonPointer.compile(pointer.replace("/", "/f:"));
  }
}
