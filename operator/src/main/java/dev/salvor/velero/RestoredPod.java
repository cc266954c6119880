package dev.salvor.velero;

import com.fasterxml.jackson.databind.JsonNode;
import dev.salvor.api.Marks;
import dev.salvor.kube.Seen;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A pod that Velero has restored, as the cluster shows it. */
record RestoredPod(Seen seen) {
  /** Reasons for which a container does not start by itself, as kubelet words them. */
  private static final Set<String> STUCK =
      Set.of(
          "ErrImagePull",
          "ImagePullBackOff",
          "InvalidImageName",
          "ErrImageNeverPull",
          "CreateContainerConfigError",
          "CreateContainerError",
          "RunContainerError",
          "CrashLoopBackOff");

  String name() {
    return seen.name();
  }

  String node() {
    return seen.text("/spec/nodeName");
  }

  /** True while the gate of {@link Modifier} keeps it from being scheduled. */
  boolean gated() {
    for (var gate : seen.at("/spec/schedulingGates"))
      if (gate.path("name").asText().equals(Marks.GATE)) return true;
    return false;
  }

  /** What the scheduler says; empty if it has found a node or not looked yet. */
  String unschedulable() {
    var scheduled = seen.condition("PodScheduled");
    var reason = scheduled.path("reason").asText();
    return scheduled.path("status").asText().equals("False") && !reason.equals("SchedulingGated")
        ? scheduled.path("message").asText(reason)
        : "";
  }

  /** A container of the application that has started: neither Velero's wait nor the hold. */
  Optional<String> startedApplication() {
    return Stream.concat(
            statuses("/status/initContainerStatuses")
                .filter(status -> !named(status, HeldPod.WAIT)),
            statuses("/status/containerStatuses")
                .filter(status -> !named(status, HeldPod.CONTAINER)))
        .filter(RestoredPod::started)
        .map(status -> status.path("name").asText())
        .findFirst();
  }

  boolean waitRunning() {
    return statuses("/status/initContainerStatuses")
        .anyMatch(status -> named(status, HeldPod.WAIT) && status.at("/state/running").isObject());
  }

  /** Why a container does not start; empty if none is stuck. */
  String stuck() {
    return Stream.concat(
            statuses("/status/initContainerStatuses"), statuses("/status/containerStatuses"))
        .filter(status -> STUCK.contains(status.at("/state/waiting/reason").asText()))
        .map(status ->
            "container "
                + status.path("name").asText()
                + ": "
                + status.at("/state/waiting/reason").asText()
                + " "
                + status.at("/state/waiting/message").asText())
        .map(String::strip)
        .findFirst()
        .orElse("");
  }

  private static boolean named(JsonNode status, String name) {
    return status.path("name").asText().equals(name);
  }

  private static boolean started(JsonNode status) {
    return status.at("/state/running").isObject()
        || status.at("/state/terminated").isObject()
        || status.at("/lastState/terminated").isObject();
  }

  private Stream<JsonNode> statuses(String pointer) {
    return StreamSupport.stream(seen.at(pointer).spliterator(), false);
  }
}
