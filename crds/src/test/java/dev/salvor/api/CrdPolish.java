package dev.salvor.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRuleBuilder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the generator (crd-generator-api-v2 7.6.1) cannot say: the status default, list-map keys,
 * the rules that look at spec and status together. It emits every rule of a record component twice,
 * which is mended here too.
 */
final class CrdPolish implements CRDPostProcessor {
  /** A person may change these while a recovery runs; everything else is its intent. */
  private static final Set<String> COMMANDS =
      Set.of("approvedPlan", "abort", "undo", "retry", "gitOps");

  /** Lists whose items have an identity: path below the root -> key. */
  private static final Map<String, String> KEYED =
      Map.of(
          "spec/checks", "name",
          "status/conditions", "type",
          "status/steps", "name");

  /** Lists without an order and without doubles. */
  private static final Set<String> SETS =
      Set.of("spec/acceptMixedTimes", "spec/persistentVolumeClaims/names");

  /** Maps of names, bounded so that comparing them has a price that the API server accepts. */
  private static final Map<String, Long> BOUNDED =
      Map.of("spec/storageClassMapping", 64L, "spec/persistentVolumeClaims/matchLabels", 64L);

  private static final Map<String, String> DESCRIPTIONS =
      Map.of(
          "NamespaceRestore",
          "Puts a namespace, or volumes of it, back as they were at a Velero backup: restores beside, proves, exchanges; undo exchanges back.",
          "PostgresRecovery",
          "Brings a CloudNativePG cluster back to the latest or to a chosen moment: recovers beside, proves, exchanges the volumes; undo exchanges back.",
          "ArchiveReset",
          "Mends WAL archiving of a CloudNativePG cluster: says what is wrong, gives it a sound archive and a base backup.",
          "NodeLossRecovery",
          "Brings back everything that had its data on a node that is gone for good: says who that is and how each comes back, then does it in order.",
          "VolumeRecovery",
          "Puts one claim back from one source that Velero does not know, as a repository of VolSync or a backup of Longhorn: restores beside, proves, exchanges; undo exchanges back.");

  /** As kubectl shows them; the generator sorts by path. */
  private static final List<String> COLUMNS =
      List.of(
          "Phase",
          "Step",
          "Target",
          "Plan",
          "Progress",
          "Age",
          "Message",
          "Backup",
          "Loss",
          "Undo-Until");

  @Override
  public HasMetadata process(HasMetadata crd, String crdSpecVersion) {
    var definition = (CustomResourceDefinition) crd;
    var kind = definition.getSpec().getNames().getKind();
    for (var version : definition.getSpec().getVersions()) {
      var root = version.getSchema().getOpenAPIV3Schema();
      dropDoubles(root);
      KEYED.forEach((path, key) -> {
        if (absent(root, path)) return;
        var list = at(root, path);
        list.setXKubernetesListType("map");
        list.setXKubernetesListMapKeys(List.of(key));
      });
      SETS.stream()
          .filter(path -> !absent(root, path))
          .forEach(path -> at(root, path).setXKubernetesListType("set"));
      BOUNDED.forEach((path, most) -> {
        if (absent(root, path)) return;
        var map = at(root, path);
        map.setMaxProperties(most);
        map.getAdditionalProperties().getSchema().setMaxLength(253L);
      });
      version
          .getAdditionalPrinterColumns()
          .sort(Comparator.comparingInt(column -> COLUMNS.indexOf(column.getName())));
      root.setDescription(DESCRIPTIONS.get(kind));
      root.setRequired(List.of("spec"));
      root.setXKubernetesValidations(immutable(kind, at(root, "spec")));
      // kstatus reads a generation that was never answered as "in progress"
      at(root, "status")
          .setDefault(JsonNodeFactory.instance.objectNode().put("observedGeneration", -1));
    }
    return definition;
  }

  /** Not every kind has every list of its spec; what all share in status must be there. */
  private static boolean absent(JSONSchemaProps root, String path) {
    var steps = path.split("/");
    return steps[0].equals("spec") && !at(root, "spec").getProperties().containsKey(steps[1]);
  }

  private static JSONSchemaProps at(JSONSchemaProps root, String path) {
    var schema = root;
    for (var name : path.split("/")) {
      schema = schema.getProperties().get(name);
      if (schema == null) throw new IllegalStateException("the schema has no " + path);
    }
    return schema;
  }

  /** A field cannot carry such a rule itself: it may be absent, and it cannot see the status. */
  private static List<ValidationRule> immutable(String kind, JSONSchemaProps spec) {
    var rules = new ArrayList<ValidationRule>();
    for (var field : spec.getProperties().keySet()) {
      if (COMMANDS.contains(field)) continue;
      rules.add(
          new ValidationRuleBuilder()
              .withRule(
                  "!has(oldSelf.status) || !has(oldSelf.status.startedAt) || ("
                      + unchanged(kind, field)
                      + ")")
              .withFieldPath(".spec." + field)
              .withReason("FieldValueForbidden")
              .withMessage(
                  "spec."
                      + field
                      + " cannot change: the recovery has started; put the old value back, or set spec.abort: true and make a new "
                      + kind)
              .build());
    }
    return rules;
  }

  /** Without optionals (self.spec.?x): of those the API server estimates an unbounded cost. */
  private static String unchanged(String kind, String field) {
    var now = "self.spec." + field;
    var then = "oldSelf.spec." + field;
    var same =
        field.equals("checks") && kind.equals("NamespaceRestore")
            ? sameChecks(now, then)
            : field.equals("source") && kind.equals("VolumeRecovery")
                ? sameSource(now, then)
                : field.equals("sources") && kind.equals("NodeLossRecovery")
                    ? sameSources(now, then)
                    : now + " == " + then;
    return "has(%s) == has(%s) && (!has(%s) || %s)".formatted(now, then, now, same);
  }

  /** CEL cannot see into jobTemplate, which keeps unknown fields: the operator compares that. */
  private static String sameChecks(String now, String then) {
    return "size(%s) == size(%s) && %s.all(c, %s.exists(o, c.name == o.name && c.timeout == o.timeout && has(c.mutates) == has(o.mutates) && (!has(c.mutates) || c.mutates == o.mutates)))"
        .formatted(now, then, now, then);
  }

  /** The same of the Job of a source. */
  private static String sameSource(String now, String then) {
    return "has(%1$s.volSync) == has(%2$s.volSync) && (!has(%1$s.volSync) || %1$s.volSync == %2$s.volSync)"
            .formatted(now, then)
        + " && has(%1$s.longhorn) == has(%2$s.longhorn) && (!has(%1$s.longhorn) || %1$s.longhorn == %2$s.longhorn)"
            .formatted(now, then)
        + " && (!has(%1$s.job) || !has(%2$s.job) || %1$s.job.successPattern == %2$s.job.successPattern)"
            .formatted(now, then);
  }

  /** Comparing two lists with them costs more than it may: the operator stops when one differs. */
  private static String sameSources(String now, String then) {
    return "size(%s) == size(%s)".formatted(now, then);
  }

  private static void dropDoubles(JSONSchemaProps schema) {
    var rules = schema.getXKubernetesValidations();
    if (rules != null && !rules.isEmpty())
      schema.setXKubernetesValidations(new ArrayList<>(new LinkedHashSet<>(rules)));
    if (schema.getProperties() != null)
      schema.getProperties().values().forEach(CrdPolish::dropDoubles);
    if (schema.getItems() != null && schema.getItems().getSchema() != null)
      dropDoubles(schema.getItems().getSchema());
    if (schema.getAdditionalProperties() != null
        && schema.getAdditionalProperties().getSchema() != null)
      dropDoubles(schema.getAdditionalProperties().getSchema());
  }
}
