package dev.salvor.testkit.models;

import dev.salvor.kube.Kinds;
import dev.salvor.testkit.Manifests;
import dev.salvor.testkit.Model;
import dev.salvor.testkit.World;
import java.util.HashSet;

/**
 * Attaches CSI volumes to the nodes of the pods that use them, and detaches them one round late.
 */
public final class AttachmentModel implements Model {
  @Override
  public boolean isTimeless() {
    return true;
  }

  @Override
  public void act(World world) {
    var wanted = new HashSet<String>();
    for (var pod : world.look(Kinds.POD, "")) {
      if (!pod.has("/spec/nodeName") || Pods.isFinished(pod)) continue;
      for (var claim : Pods.claims(pod)) {
        world
            .look(Kinds.PVC.ref(pod.namespace(), claim))
            .map(found -> found.text("/spec/volumeName"))
            .flatMap(volume -> world.look(Kinds.PV.ref(volume)))
            .filter(volume -> volume.has("/spec/csi"))
            .ifPresent(volume -> {
              var node = pod.text("/spec/nodeName");
              var name = "csi-" + volume.uid() + "-" + node;
              wanted.add(name);
              if (world.look(Kinds.VOLUME_ATTACHMENT.ref(name)).isPresent()) return;
              world.create(
                  Manifests.one(
                      """
                      apiVersion: storage.k8s.io/v1
                      kind: VolumeAttachment
                      metadata: {name: %s}
                      spec:
                        attacher: %s
                        nodeName: %s
                        source: {persistentVolumeName: %s}
                      status: {attached: true}
                      """
                          .formatted(name, volume.text("/spec/csi/driver"), node, volume.name())));
            });
      }
    }
    for (var attachment : world.look(Kinds.VOLUME_ATTACHMENT, "")) {
      if (!wanted.contains(attachment.name())) world.delete(attachment.ref());
    }
  }
}
