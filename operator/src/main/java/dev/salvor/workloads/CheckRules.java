package dev.salvor.workloads;

import com.fasterxml.jackson.databind.JsonNode;
import dev.salvor.api.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a check may not ask for (DESIGN D8, swap.md H3, H7, H12): anything that reaches beyond the
 * copy, and anything that does not exist beside it.
 */
public final class CheckRules {
  private static final Set<String> HOST = Set.of("hostNetwork", "hostPID", "hostIPC");
  private static final Set<String> REFUSED =
      Set.of("nodeName", "priorityClassName", "priority", "resourceClaims", "schedulingGates");
  private static final Set<String> VOLUMES = Set.of("persistentVolumeClaim", "emptyDir");

  private CheckRules() {}

  /** Every reason why this check is not run, as sentences; empty if it is. */
  public static List<String> broken(Check check) {
    var reasons = new ArrayList<String>();
    var pod = check.jobTemplate().at("/spec/template/spec");
    if (pod.path("containers").isEmpty())
      reasons.add("jobTemplate.spec.template.spec.containers is empty");
    for (var field : HOST) {
      if (pod.path(field).asBoolean(false)) reasons.add(field + " is not allowed");
    }
    for (var field : REFUSED) if (pod.has(field)) reasons.add(field + " is not allowed");
    for (var field : List.of("serviceAccountName", "serviceAccount")) {
      if (!pod.path(field).asText("default").equals("default"))
        reasons.add(field + " " + pod.path(field).asText() + " is not allowed, it runs as default");
    }
    for (var volume : pod.path("volumes")) {
      var sources = new TreeSet<String>();
      volume.fieldNames().forEachRemaining(sources::add);
      sources.remove("name");
      sources.removeAll(VOLUMES);
      if (!sources.isEmpty())
        reasons.add(
            "volume "
                + volume.path("name").asText()
                + " is a "
                + String.join(", ", sources)
                + "; only persistentVolumeClaim and emptyDir are there beside the namespace");
    }
    for (var list : List.of("initContainers", "containers")) {
      for (var container : pod.path(list)) container(check, container, reasons);
    }
    return reasons;
  }

  /** The claims that it mounts. */
  static Set<String> claims(Check check) {
    var claims = new TreeSet<String>();
    for (var volume : check.jobTemplate().at("/spec/template/spec/volumes")) {
      if (volume.has("persistentVolumeClaim"))
        claims.add(volume.at("/persistentVolumeClaim/claimName").asText());
    }
    return claims;
  }

  private static void container(Check check, JsonNode container, List<String> reasons) {
    var name = "container " + container.path("name").asText() + ": ";
    var security = container.path("securityContext");
    if (security.path("privileged").asBoolean(false))
      reasons.add(name + "privileged is not allowed");
    if (!security.at("/capabilities/add").isEmpty())
      reasons.add(name + "added capabilities are not allowed");
    if (security.has("procMount")) reasons.add(name + "procMount is not allowed");
    for (var port : container.path("ports")) {
      if (port.path("hostPort").asInt(0) > 0) reasons.add(name + "hostPort is not allowed");
    }
    if (!container.path("volumeDevices").isEmpty() && !check.writes())
      reasons.add(name + "volumeDevices cannot be mounted read-only; set mutates: true");
    if (!container.path("envFrom").isEmpty())
      reasons.add(name + "envFrom names objects that are not there beside the namespace");
    for (var variable : container.path("env")) {
      var from = variable.path("valueFrom");
      if (from.has("secretKeyRef") || from.has("configMapKeyRef"))
        reasons.add(
            name
                + "variable "
                + variable.path("name").asText()
                + " names a Secret or ConfigMap that is not there beside the namespace");
    }
  }
}
