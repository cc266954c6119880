package dev.salvor.testkit.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.salvor.kube.Kind;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** The objects that the operator makes for a Cluster (cnpg pkg/specs, persistentvolumeclaim). */
final class CnpgObjects {
  private static final Kind SERVICE_ACCOUNT =
      new Kind("v1", "ServiceAccount", "serviceaccounts", true);
  private static final Kind ROLE = new Kind("rbac.authorization.k8s.io/v1", "Role", "roles", true);
  private static final Kind ROLE_BINDING =
      new Kind("rbac.authorization.k8s.io/v1", "RoleBinding", "rolebindings", true);
  private static final Kind BUDGET =
      new Kind("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets", true);

  /** Counts, so that no two passwords and certificates are alike. */
  private int secrets;

  private int addresses;

  /** Everything but pods, Jobs and claims; what is there already is left as it is. */
  void common(CnpgCluster cluster) {
    secrets(cluster);
    for (var service : List.of("rw", "ro", "r")) service(cluster, service);
    for (var kind : List.of(SERVICE_ACCOUNT, ROLE, ROLE_BINDING))
      ensure(cluster, kind, cluster.name());
    if (!cluster.at("/spec/plugins").isEmpty()) {
      ensure(cluster, ROLE, cluster.name() + "-barman-cloud");
      ensure(cluster, ROLE_BINDING, cluster.name() + "-barman-cloud");
    }
    ensure(cluster, BUDGET, cluster.name() + "-primary");
    if (cluster.instances() > 1) ensure(cluster, BUDGET, cluster.name());
    ensure(cluster, Kinds.LEASE, cluster.name());
    monitoring(cluster);
  }

  /** Shared by all Clusters of a namespace, owned by none: it stays. */
  private static void monitoring(CnpgCluster cluster) {
    var name = "cnpg-default-monitoring";
    if (cluster.world.look(Kinds.CONFIG_MAP.ref(cluster.namespace(), name)).isPresent()) return;
    var map = Json.manifest(Kinds.CONFIG_MAP, cluster.namespace(), name);
    Json.at(map, "/metadata/labels").put("cnpg.io/reload", "");
    Json.at(map, "/data").put("queries", "backends: {}");
    cluster.world.create(map);
  }

  private void secrets(CnpgCluster cluster) {
    secret(cluster, "ca", "Opaque", "ca.crt", "ca.key");
    secret(cluster, "server", "kubernetes.io/tls", "tls.crt", "tls.key");
    secret(cluster, "replication", "kubernetes.io/tls", "tls.crt", "tls.key");
    var given = false;
    for (var way : List.of("initdb", "recovery", "pg_basebackup"))
      given |= !cluster.spec("/bootstrap/" + way + "/secret/name").isEmpty();
    if (!given) secret(cluster, "app", "kubernetes.io/basic-auth", "username", "password");
    if (cluster.at("/spec/enableSuperuserAccess").asBoolean()
        && cluster.spec("/superuserSecret/name").isEmpty())
      secret(cluster, "superuser", "kubernetes.io/basic-auth", "username", "password");
  }

  private void secret(
      CnpgCluster cluster, String suffix, String type, String name, String confidential) {
    var full = cluster.name() + "-" + suffix;
    if (cluster.world.look(Kinds.SECRET.ref(cluster.namespace(), full)).isPresent()) return;
    var secret = made(cluster, Kinds.SECRET, full);
    secret.put("type", type);
    if (type.endsWith("basic-auth")) {
      Json.at(secret, "/metadata/labels").put("cnpg.io/reload", "true");
      Json.set(secret, "/metadata/labels/cnpg.io~1userType", suffix);
    }
    var number = ++secrets;
    Json.at(secret, "/data")
        .put(name, encoded(name.equals("username") ? suffix : "made-" + number))
        .put(confidential, encoded("made-up-" + number));
    cluster.world.create(secret);
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private void service(CnpgCluster cluster, String suffix) {
    var name = cluster.name() + "-" + suffix;
    if (cluster.world.look(Kinds.SERVICE.ref(cluster.namespace(), name)).isPresent()) return;
    var service = made(cluster, Kinds.SERVICE, name);
    var spec = Json.at(service, "/spec");
    spec.put("type", "ClusterIP").put("clusterIP", "10.96.7." + ++addresses);
    var selector = spec.putObject("selector").put(Cnpg.CLUSTER, cluster.name());
    if (suffix.equals("r")) selector.put(Cnpg.POD_ROLE, "instance");
    else selector.put(Cnpg.INSTANCE_ROLE, suffix.equals("rw") ? Cnpg.PRIMARY : Cnpg.REPLICA);
    spec.putArray("ports").addObject().put("name", "postgres").put("port", 5432);
    cluster.world.create(service);
  }

  private static void ensure(CnpgCluster cluster, Kind kind, String name) {
    if (cluster.world.look(kind.ref(cluster.namespace(), name)).isEmpty())
      cluster.world.create(made(cluster, kind, name));
  }

  /** A claim of an instance is on its way out: that is waited for since 1.30 (#11017). */
  static boolean leaving(CnpgCluster cluster, int serial) {
    for (var name : cluster.expectedClaims(cluster.instance(serial))) {
      if (cluster
          .world
          .look(Kinds.PVC.ref(cluster.namespace(), name))
          .filter(Seen::terminating)
          .isPresent()) return true;
    }
    return false;
  }

  /** All claims of an instance that are not there; what is there is taken as it is (R4). */
  static void claims(CnpgCluster cluster, int serial) {
    var instance = cluster.instance(serial);
    for (var name : cluster.expectedClaims(instance)) {
      if (cluster.world.look(Kinds.PVC.ref(cluster.namespace(), name)).isPresent()) continue;
      var claim = made(cluster, Kinds.PVC, name);
      var suffix = name.substring(instance.length());
      var labels = Json.at(claim, "/metadata/labels").put(Cnpg.INSTANCE, instance);
      labels.put(
          Cnpg.PVC_ROLE,
          suffix.isEmpty() ? "PG_DATA" : suffix.equals("-wal") ? "PG_WAL" : "PG_TABLESPACE");
      if (suffix.startsWith("-tbs-"))
        labels.put(Cnpg.TABLESPACE, suffix.substring("-tbs-".length()));
      Json.at(claim, "/metadata/annotations")
          .put(Cnpg.SERIAL, Integer.toString(serial))
          .put(Cnpg.PVC_STATUS, suffix.isEmpty() ? Cnpg.INITIALIZING : Cnpg.READY);
      storage(cluster, suffix, Json.at(claim, "/spec"));
      cluster.world.create(claim);
    }
  }

  private static void storage(CnpgCluster cluster, String suffix, ObjectNode spec) {
    var wanted = cluster.at(suffix.equals("-wal") ? "/spec/walStorage" : "/spec/storage");
    for (var tablespace : cluster.at("/spec/tablespaces")) {
      if (suffix.equals("-tbs-" + tablespace.path("name").asText()))
        wanted = tablespace.path("storage");
    }
    spec.putArray("accessModes").add("ReadWriteOnce");
    Json.at(spec, "/resources/requests").put("storage", wanted.path("size").asText("1Gi"));
    if (wanted.has("storageClass"))
      spec.put("storageClassName", wanted.path("storageClass").asText());
  }

  /** A Job of a role, e.g. {@code db-1-full-recovery}. */
  static ObjectNode job(CnpgCluster cluster, int serial, String role) {
    var instance = cluster.instance(serial);
    var job = made(cluster, Kinds.JOB, instance + "-" + role);
    Json.at(job, "/metadata/labels").put(Cnpg.INSTANCE, instance).put(Cnpg.JOB_ROLE, role);
    var template = Json.at(job, "/spec/template");
    Json.at(template, "/metadata/labels")
        .put(Cnpg.CLUSTER, cluster.name())
        .put(Cnpg.INSTANCE, instance)
        .put(Cnpg.JOB_ROLE, role);
    var spec = Json.at(template, "/spec");
    Json.at(job, "/spec").put("backoffLimit", 6);
    spec.put("restartPolicy", "Never");
    containers(cluster, instance, role, spec, role.equals(Cnpg.RECOVERY));
    return job;
  }

  /** The pod of an instance. */
  static ObjectNode pod(CnpgCluster cluster, int serial) {
    var instance = cluster.instance(serial);
    var pod = made(cluster, Kinds.POD, instance);
    Json.at(pod, "/metadata/labels").put(Cnpg.INSTANCE, instance).put(Cnpg.POD_ROLE, "instance");
    Json.at(pod, "/metadata/annotations").put(Cnpg.SERIAL, Integer.toString(serial));
    var spec = Json.at(pod, "/spec");
    spec.put("hostname", instance).put("terminationGracePeriodSeconds", 1800);
    containers(cluster, instance, "postgres", spec, true);
    return pod;
  }

  private static void containers(
      CnpgCluster cluster, String instance, String main, ObjectNode spec, boolean archives) {
    spec.put("serviceAccountName", cluster.name());
    var init = spec.putArray("initContainers");
    init.addObject().put("name", "bootstrap-controller").put("image", "cnpg:" + Cnpg.VERSION);
    if (archives && !cluster.at("/spec/plugins").isEmpty())
      init.addObject()
          .put("name", Cnpg.SIDECAR)
          .put("image", "plugin-barman-cloud-sidecar:v0.14.0")
          .put("restartPolicy", "Always");
    spec.putArray("containers").addObject().put("name", main).put("image", image(cluster));
    var volumes = spec.putArray("volumes");
    for (var claim : cluster.expectedClaims(instance)) {
      var suffix = claim.substring(instance.length());
      volumes
          .addObject()
          .put(
              "name",
              suffix.isEmpty()
                  ? "pgdata"
                  : suffix.equals("-wal") ? "pg-wal" : suffix.substring("-tbs-".length()))
          .putObject("persistentVolumeClaim")
          .put("claimName", claim);
    }
    if (cluster.at("/spec/affinity/nodeSelector").isObject())
      spec.set("nodeSelector", cluster.at("/spec/affinity/nodeSelector").deepCopy());
  }

  static String image(CnpgCluster cluster) {
    var image = cluster.spec("/imageName");
    return image.isEmpty() ? Cnpg.IMAGE : image;
  }

  /** Owned by the Cluster as its controller, which does not block the deletion of its owner. */
  private static ObjectNode made(CnpgCluster cluster, Kind kind, String name) {
    var object = Json.ownedBy(Json.manifest(kind, cluster.namespace(), name), cluster.json);
    Json.at(object, "/metadata/labels").put(Cnpg.CLUSTER, cluster.name());
    Json.at(object, "/metadata/annotations").put(Cnpg.OPERATOR_VERSION, Cnpg.VERSION);
    return object;
  }
}
