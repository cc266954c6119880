package dev.salvor.gitops;

import dev.salvor.api.Ref;
import dev.salvor.kube.ClusterReader;
import dev.salvor.kube.Kinds;
import dev.salvor.kube.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * All GitOps objects of the cluster, read at once, and what they say of others. What an owner
 * itself keeps as its inventory counts more than what is written on an object: labels are restored
 * by Velero and copied by templates.
 */
record Owners(List<Seen> flux, List<Seen> applications, List<Seen> sets, boolean oldArgo) {
  private static final String KUSTOMIZE = "kustomize.toolkit.fluxcd.io/";
  private static final String HELM = "helm.toolkit.fluxcd.io/";
  private static final Pattern ARGO_IMAGE = Pattern.compile(":v([0-9]+)\\.([0-9]+)");

  static Owners read(ClusterReader cluster) {
    var flux = new ArrayList<>(cluster.list(Kinds.KUSTOMIZATION, ""));
    flux.addAll(cluster.list(Kinds.HELM_RELEASE, ""));
    var applications = cluster.list(Kinds.APPLICATION, "");
    return new Owners(
        // what applies to another cluster does not write here
        flux.stream().filter(owner -> !owner.has("/spec/kubeConfig")).toList(),
        applications,
        cluster.list(Kinds.APPLICATION_SET, ""),
        applications.stream().anyMatch(owner -> owner.has(ArgoBrake.AUTOMATED)) && old(cluster));
  }

  List<Seen> all() {
    var all = new ArrayList<>(flux);
    all.addAll(applications);
    all.addAll(sets);
    return all;
  }

  Optional<Seen> find(Ref ref) {
    return all().stream().filter(owner -> owner.ref().equals(ref)).findFirst();
  }

  /** Those whose inventory reaches into the namespace, or has the namespace itself. */
  List<Seen> reaching(String namespace) {
    var found =
        new ArrayList<>(flux.stream().filter(owner -> fluxReaches(owner, namespace)).toList());
    applications.stream()
        .filter(Owners::here)
        .filter(owner -> anyResource(owner, one -> in(one, namespace)))
        .forEach(found::add);
    return found;
  }

  /** True if the owner itself says that it manages the object. */
  boolean manages(Seen owner, Ref object) {
    if (Kinds.APPLICATION.of(owner.ref())) {
      return anyResource(owner, one -> one.sameKind(object) && same(one, object));
    }
    return inventory(owner).stream().anyMatch(one -> one.sameKind(object) && same(one, object));
  }

  /** Those that the object names, as far as they do not deny it. */
  List<Seen> namedBy(Seen object) {
    var found = new ArrayList<Seen>();
    for (var named : names(object))
      find(named).filter(o -> confirms(o, object)).ifPresent(found::add);
    tracker(object).ifPresent(found::add);
    return found;
  }

  /** Those that the object names and that are not in this cluster. */
  List<String> missing(Seen object) {
    var missing = new ArrayList<String>();
    for (var named : names(object)) if (find(named).isEmpty()) missing.add(named.text());
    var id = trackingId(object);
    if (id.isPresent() && applications.stream().noneMatch(owner -> named(owner, id.get()))) {
      missing.add("Application " + id.get());
    }
    var set = object.label("resourceset.fluxcd.controlplane.io/name");
    if (!set.isEmpty()) {
      var namespace = object.label("resourceset.fluxcd.controlplane.io/namespace");
      missing.add("ResourceSet " + namespace + "/" + set);
    }
    return missing;
  }

  /** Those that write the owner itself. */
  List<Seen> parents(Seen owner) {
    var found = new ArrayList<Seen>();
    for (var reference : owner.at("/metadata/ownerReferences")) {
      if (reference.path("kind").asText().equals(Kinds.APPLICATION_SET.kind())) {
        find(Kinds.APPLICATION_SET.ref(owner.namespace(), reference.path("name").asText()))
            .ifPresent(found::add);
      }
    }
    namedBy(owner).stream().filter(parent -> !parent.ref().equals(owner.ref())).forEach(found::add);
    return found;
  }

  /** Why that parent would take a hold of the child away; empty if it would not. */
  Optional<String> wouldRevert(Seen parent, Seen child) {
    if (Kinds.APPLICATION_SET.of(parent.ref())) return Optional.of("it writes its spec anew");
    // a value that an earlier recovery gave back is ours until the parent applies it again
    return declared(child).isPresent() || Fields.ours(child, Brake.of(child.ref()).field())
        ? Optional.of("its manifest has the field that holds it")
        : Optional.empty();
  }

  /** The GitOps controller that would write the field of a hold again; empty if none would. */
  Optional<String> declared(Seen child) {
    if (Kinds.APPLICATION.of(child.ref())) {
      return Fields.declaredBy(child, oldArgo ? ArgoBrake.AUTOMATED : ArgoBrake.ENABLED);
    }
    if (Kinds.APPLICATION_SET.of(child.ref())) {
      return Fields.declaredBy(child, SetBrake.IGNORED)
          .or(() -> Fields.declaredBy(child, SetBrake.PRESERVED));
    }
    return Fields.declaredBy(child, Brake.of(child.ref()).field());
  }

  private boolean confirms(Seen owner, Seen object) {
    return !owner.has("/status/inventory/entries") || manages(owner, object.ref());
  }

  private static List<Ref> names(Seen object) {
    var named = new ArrayList<Ref>();
    var kustomization = object.label(KUSTOMIZE + "name");
    if (!kustomization.isEmpty()) {
      named.add(Kinds.KUSTOMIZATION.ref(object.label(KUSTOMIZE + "namespace"), kustomization));
    }
    var release = object.label(HELM + "name");
    if (!release.isEmpty()) {
      named.add(Kinds.HELM_RELEASE.ref(object.label(HELM + "namespace"), release));
    }
    return named;
  }

  private Optional<Seen> tracker(Seen object) {
    var id = trackingId(object);
    if (id.isEmpty()) return Optional.empty();
    var named = applications.stream().filter(owner -> named(owner, id.get())).toList();
    return named.stream()
        .filter(owner -> manages(owner, object.ref()))
        .findFirst()
        .or(() -> named.size() == 1 ? named.stream().findFirst() : Optional.empty());
  }

  /**
   * The Application's name in a tracking id that describes the object itself; else it is a copy.
   */
  private static Optional<String> trackingId(Seen object) {
    var id = object.annotation(ArgoBrake.TRACKING);
    var colon = id.indexOf(':');
    if (colon < 0) return Optional.empty();
    var self =
        object.ref().group()
            + "/"
            + object.ref().kind()
            + ":"
            + object.namespace()
            + "/"
            + object.name();
    var rest = id.substring(colon + 1);
    // Argo CD writes the Application's namespace for what has none itself
    var clusterWide = object.namespace().isEmpty() && rest.endsWith("/" + object.name());
    return rest.equals(self) || clusterWide
        ? Optional.of(id.substring(0, colon))
        : Optional.empty();
  }

  private static boolean named(Seen application, String id) {
    return id.equals(application.name())
        || id.equals(application.namespace() + "_" + application.name());
  }

  private static boolean here(Seen application) {
    var server = application.text("/spec/destination/server");
    var name = application.text("/spec/destination/name");
    return server.startsWith("https://kubernetes.default.svc") || name.equals("in-cluster");
  }

  private static boolean fluxReaches(Seen owner, String namespace) {
    if (owner.has("/status/inventory/entries")) {
      return inventory(owner).stream().anyMatch(one -> in(one, namespace));
    }
    var into = owner.text("/spec/targetNamespace");
    return Kinds.HELM_RELEASE.of(owner.ref())
        ? (into.isEmpty() ? owner.namespace() : into).equals(namespace)
        : into.equals(namespace);
  }

  private static boolean in(Ref object, String namespace) {
    return Kinds.NAMESPACE.of(object)
        ? object.name().equals(namespace)
        : namespace.equals(object.namespace());
  }

  private static boolean same(Ref one, Ref other) {
    var namespace = other.namespace() == null ? "" : other.namespace();
    return one.name().equals(other.name())
        && (namespace.isEmpty() || namespace.equals(one.namespace()));
  }

  private static boolean anyResource(Seen application, Predicate<Ref> test) {
    for (var one : application.at("/status/resources")) {
      var ref =
          ref(
              one.path("group").asText(""),
              one.path("kind").asText(),
              one.path("namespace").asText(""),
              one.path("name").asText());
      if (test.test(ref)) return true;
    }
    return false;
  }

  /**
   * {@code <namespace>_<name>_<group>_<kind>} (cli-utils object.ObjMetadata); a name may have
   * {@code __} for a colon.
   */
  private static List<Ref> inventory(Seen owner) {
    var found = new ArrayList<Ref>();
    for (var entry : owner.at("/status/inventory/entries")) {
      var id = entry.path("id").asText();
      var first = id.indexOf('_');
      var kind = id.lastIndexOf('_');
      var group = id.lastIndexOf('_', kind - 1);
      if (first < 0 || group <= first) continue;
      found.add(
          ref(
              id.substring(group + 1, kind),
              id.substring(kind + 1),
              id.substring(0, first),
              id.substring(first + 1, group).replace("__", ":")));
    }
    return found;
  }

  private static Ref ref(String group, String kind, String namespace, String name) {
    return new Ref(
        group.isEmpty() ? "v1" : group + "/*", kind, namespace.isEmpty() ? null : namespace, name);
  }

  /** True if the application-controller's image says that it is older than 3.1. */
  private static boolean old(ClusterReader cluster) {
    var controllers = new ArrayList<>(Controllers.of(cluster, "argocd-application-controller"));
    return controllers.stream()
        .map(one -> ARGO_IMAGE.matcher(one.at("/spec/template/spec/containers").toString()))
        .anyMatch(image -> {
          if (!image.find()) return false;
          var major = Integer.parseInt(image.group(1));
          return major < 3 || (major == 3 && Integer.parseInt(image.group(2)) < 1);
        });
  }
}
