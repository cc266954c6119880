package dev.salvor.testkit.demo;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.salvor.api.Ref;
import dev.salvor.app.Salvor;
import dev.salvor.app.Settings;
import dev.salvor.kube.Surroundings;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.World;
import dev.salvor.testkit.control.ControlPlane;
import dev.salvor.testkit.control.Installation;
import dev.salvor.testkit.control.Patience;
import dev.salvor.testkit.models.AttachmentModel;
import dev.salvor.testkit.models.FluxModel;
import dev.salvor.testkit.models.KubeletModel;
import dev.salvor.testkit.models.Mishap;
import dev.salvor.testkit.models.ProvisionerModel;
import dev.salvor.testkit.models.VeleroModel;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/**
 * A cluster with recoveries in every state that a person may meet: one waits for approval, one
 * runs, one succeeded and can be undone, some are refused. For the tests of the Headlamp plugin and
 * for looking at it.
 *
 * <p>Prints one line of JSON, {@code {"kubeconfig": "..."}}, when all of them are there, and runs
 * until its standard input ends. The operator goes on working.
 */
public final class Showroom implements AutoCloseable {
  private static final String RELEASE = "salvor";
  private static final String NAMESPACE = "salvor-system";
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** Between two rounds of each: who looks at it wants the processor for a browser. */
  private static final Duration PACE = Duration.ofMillis(200);

  private final ControlPlane plane;
  private final Bucket bucket = new Bucket();
  private final FluxModel flux = new FluxModel();
  private final VeleroModel velero = new VeleroModel("velero", bucket.urls());
  private final KubeletModel kubelet = new KubeletModel();
  private final World world;
  private final Actors actors;
  private final Salvor salvor;

  private Showroom(Installation installation) throws IOException {
    var repository = Repository.find();
    plane = ControlPlane.start(installation);
    plane.startControllers();
    plane.installOwnCrds();
    plane.installUpstreamCrds(Scene.PROJECTS);
    plane.installCrds(Exhibits.kinds());
    world = ActorWorld.of(plane);
    Scene.set(world);
    Exhibits.set(world);
    plane.apply(repository.rights());
    actors =
        new Actors(world)
            .with(kubelet, PACE)
            .with(new ProvisionerModel(), PACE)
            .with(new AttachmentModel(), PACE)
            .with(flux, PACE)
            .with(velero, PACE);
    bucket.holds(url -> actors.between(_ -> velero.published().get(url)));
    actors.start();
    salvor =
        new Salvor(
            new Settings(
                new Surroundings(NAMESPACE, "velero", Set.of("flux-system")),
                Set.of(),
                false,
                "salvor-showroom",
                0),
            plane.clientsAs(NAMESPACE, RELEASE));
    salvor.start();
  }

  /** Without arguments. Exit code 2 if there is no control plane. */
  public static void main(String[] arguments) throws IOException {
    // the standard output belongs to the one line
    System.setProperty(
        "salvor.demo.log",
        Path.of(System.getProperty("java.io.tmpdir"), "salvor-showroom.log").toString());
    System.setProperty("logback.configurationFile", "dev/salvor/testkit/demo/logback.xml");
    var installation = Installation.find();
    if (installation.isEmpty()) {
      System.err.println(Installation.missing());
      System.exit(2);
    }
    try (var room = new Showroom(installation.get())) {
      room.fill();
      var kubeconfig = Files.createTempFile("salvor-showroom-", ".kubeconfig");
      kubeconfig.toFile().deleteOnExit();
      Files.writeString(kubeconfig, room.plane.kubeconfig());
      System.out.println(
          JsonNodeFactory.instance.objectNode().put("kubeconfig", kubeconfig.toString()));
      System.out.flush();
      // whoever started this holds the other end
      while (System.in.read() >= 0) continue;
    } catch (RuntimeException | AssertionError e) {
      System.err.println("the showroom is not as it should be: " + e);
      System.exit(1);
    }
    System.exit(0);
  }

  private void fill() {
    actors.between(there -> {
      Scene.deploy(there, flux);
      return there;
    });
    Patience.until(
        PATIENCE,
        () -> "the applications do not run",
        () -> actors.between(there -> Scene.ready(there) && Exhibits.ready(there)));
    actors.between(there -> {
      Scene.save(there, velero);
      Exhibits.save(there, velero);
      Scene.damage(there);
      return there;
    });
    world.apply(Manifests.one(Repository.find().read("examples/volumes-back/restore.yaml")));
    Exhibits.restore(world, Exhibits.BLOG);
    Exhibits.restore(world, Exhibits.WIKI);
    Exhibits.others(world);
    await(Exhibits.BLOG, "AwaitingApproval");
    approve(Exhibits.BLOG);
    await(Scene.RECOVERY, "AwaitingApproval");
    await(Exhibits.WIKI, "AwaitingApproval");
    // from here on no byte arrives any more: one recovery is seen at work for as long as it takes
    actors.between(_ -> velero.with(Mishap.VOLUMES_STALL));
    Exhibits.restore(world, Exhibits.MEDIA);
    await(Exhibits.MEDIA, "Preparing");
    await(Exhibits.BLOG, "Succeeded");
  }

  private String phase(Ref recovery) {
    return world.get(recovery).map(one -> one.at("/status/phase").asText()).orElse("");
  }

  private void await(Ref recovery, String phase) {
    Patience.until(
        PATIENCE,
        () ->
            recovery.text()
                + " is not "
                + phase
                + ": "
                + world.get(recovery).map(one -> one.path("status").toString()).orElse("gone"),
        () -> phase(recovery).equals(phase));
  }

  private void approve(Ref recovery) {
    var hash = world.get(recovery).orElseThrow().at("/status/plan/approve").asText();
    var wish = JsonNodeFactory.instance.objectNode();
    wish.putObject("spec").put("approvedPlan", hash);
    plane
        .admin()
        .genericKubernetesResources(recovery.apiVersion(), recovery.kind())
        .inNamespace(recovery.namespace())
        .withName(recovery.name())
        .patch(PatchContext.of(PatchType.JSON_MERGE), wish.toString());
  }

  @Override
  public void close() {
    salvor.close();
    actors.close();
    bucket.close();
    plane.close();
  }
}
