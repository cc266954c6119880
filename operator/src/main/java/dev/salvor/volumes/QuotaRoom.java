package dev.salvor.volumes;

import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Quantity;
import dev.salvor.kube.Seen;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * ResourceQuotas of the target with less headroom than one of its claims. The copy is made in
 * another namespace and is not counted here; but what a deleted claim used is given back late, and
 * until then its successor is refused (swap.md B11).
 */
record QuotaRoom(ClusterReader cluster, String namespace) {
  private static final String STORAGE = "requests.storage";
  private static final String COUNT = "persistentvolumeclaims";

  List<Obstacle> obstacles(List<ClaimView> claims) {
    var found = new ArrayList<Obstacle>();
    if (claims.isEmpty()) return found;
    for (var quota : cluster.list(Kinds.RESOURCE_QUOTA, namespace)) {
      for (var need : largest(claims).entrySet()) {
        if (!hard(quota).containsKey(need.getKey())) continue;
        var room =
            hard(quota).getOrDefault(need.getKey(), 0L)
                - Quantity.bytes(quota.at("/status/used").path(need.getKey()).asText("0"));
        if (room < need.getValue())
          found.add(
              Obstacle.warning(
                  "QuotaTight",
                  "ResourceQuota "
                      + quota.name()
                      + " has no room for one more claim ("
                      + need.getKey()
                      + "): creating the claims again may have to wait until the deleted ones are"
                      + " no longer counted",
                  "raise the quota for the time of the recovery to be safe"));
      }
    }
    return found;
  }

  /** Quotas that have no room for a second set of these claims in the same namespace. */
  List<Obstacle> beside(List<ClaimView> claims) {
    var found = new ArrayList<Obstacle>();
    if (claims.isEmpty()) return found;
    for (var quota : cluster.list(Kinds.RESOURCE_QUOTA, namespace)) {
      for (var need : together(claims).entrySet()) {
        var hard = hard(quota).get(need.getKey());
        if (hard == null) continue;
        var used = Quantity.bytes(quota.at("/status/used").path(need.getKey()).asText("0"));
        if (hard - used < need.getValue())
          found.add(
              Obstacle.all(
                  "NoRoomForCopy",
                  "ResourceQuota "
                      + quota.name()
                      + " leaves "
                      + Math.max(0, hard - used)
                      + " of "
                      + need.getKey()
                      + ", the recovered copy needs "
                      + need.getValue(),
                  "raise the quota for the time of the recovery, or use spec.strategy: InPlace"));
      }
    }
    return found;
  }

  private static Map<String, Long> together(List<ClaimView> claims) {
    var needs = new LinkedHashMap<String, Long>();
    for (var claim : claims)
      largest(List.of(claim)).forEach((name, need) -> needs.merge(name, need, Long::sum));
    return needs;
  }

  private static Map<String, Long> hard(Seen quota) {
    var hard = new LinkedHashMap<String, Long>();
    var limits = quota.has("/status/hard") ? quota.at("/status/hard") : quota.at("/spec/hard");
    limits
        .properties()
        .forEach(limit -> hard.put(limit.getKey(), Quantity.bytes(limit.getValue().asText())));
    return hard;
  }

  private static Map<String, Long> largest(List<ClaimView> claims) {
    var needs = new LinkedHashMap<String, Long>();
    for (var claim : claims) {
      var bytes = Quantity.bytes(claim.seen().text("/spec/resources/requests/storage"));
      var prefix = claim.storageClass() + ".storageclass.storage.k8s.io/";
      needs.merge(STORAGE, bytes, Math::max);
      needs.put(COUNT, 1L);
      if (claim.storageClass().isEmpty()) continue;
      needs.merge(prefix + STORAGE, bytes, Math::max);
      needs.put(prefix + COUNT, 1L);
    }
    return needs;
  }
}
