package dev.salvor.testkit.models;

import dev.salvor.kube.Kind;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import dev.salvor.testkit.World;

/** The EndpointSlices of a Cluster's Services (Kubernetes pkg/controller/endpointslice). */
final class CnpgEndpoints {
  private static final Kind SLICE =
      new Kind("discovery.k8s.io/v1", "EndpointSlice", "endpointslices", true);

  private CnpgEndpoints() {}

  static void act(World world) {
    for (var service : world.look(Kinds.SERVICE, "")) {
      if (!service.label(Cnpg.CLUSTER).isEmpty() && !service.terminating()) slice(world, service);
    }
  }

  private static void slice(World world, Seen service) {
    var slice = Json.manifest(SLICE, service.namespace(), service.name() + "-slice");
    var there = world.get(Json.ref(slice));
    if (there.isPresent()) slice = there.get();
    else Json.ownedBy(slice, service.json());
    Json.at(slice, "/metadata/labels").put("kubernetes.io/service-name", service.name());
    slice.put("addressType", "IPv4");
    var endpoints = slice.putArray("endpoints");
    for (var pod : world.look(Kinds.POD, service.namespace())) {
      if (!selects(service, pod) || Pods.isFinished(pod) || !pod.has("/spec/nodeName")) continue;
      var endpoint = endpoints.addObject();
      endpoint
          .putObject("conditions")
          .put("ready", Pods.isReady(pod))
          .put("serving", Pods.condition(pod, "Ready"))
          .put("terminating", pod.terminating());
      endpoint
          .putObject("targetRef")
          .put("kind", "Pod")
          .put("namespace", pod.namespace())
          .put("name", pod.name())
          .put("uid", pod.uid());
    }
    if (there.isPresent()) world.update(slice);
    else world.create(slice);
  }

  private static boolean selects(Seen service, Seen pod) {
    for (var label : service.at("/spec/selector").properties()) {
      if (!pod.label(label.getKey()).equals(label.getValue().asText())) return false;
    }
    return true;
  }
}
