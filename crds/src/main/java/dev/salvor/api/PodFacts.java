package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A pod of the backup through which volumes are filled.
 *
 * @param volumes name of the pod's volume -> claim, for the volumes that are filled
 * @param fileSystem true if one of them comes from a PodVolumeBackup: then Velero puts its wait
 *     container first
 * @param ownInitContainers number of init containers in the backup, not counting Velero's
 * @param placement the parts of the pod's spec that decide where it runs: nodeSelector, affinity,
 *     tolerations, topologySpreadConstraints, securityContext
 * @param fields names of the fields of the pod's spec in the backup, for the patch that turns it
 *     into a held pod
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record PodFacts(
    String name,
    Map<String, String> labels,
    Map<String, String> volumes,
    boolean fileSystem,
    int ownInitContainers,
    @PreserveUnknownFields @Nullable ObjectNode placement,
    List<String> fields) {
  public PodFacts {
    labels = labels == null ? Map.of() : Map.copyOf(labels);
    volumes = volumes == null ? Map.of() : Map.copyOf(volumes);
    fields = fields == null ? List.of() : List.copyOf(fields);
  }
}
