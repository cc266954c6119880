package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that uses the claims and must stand still during the exchange, as it was before.
 *
 * @param replicas the count to give back; null for what is suspended and not scaled (CronJob, Job,
 *     autoscaler)
 * @param before the fields to give back: JSON pointer -> value, null value for a field that was
 *     absent
 * @param claims the claims in scope that it uses
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ConsumerFacts(
    Ref ref,
    String uid,
    @Nullable Integer replicas,
    @PreserveUnknownFields @Nullable ObjectNode before,
    List<String> claims) {
  public ConsumerFacts {
    claims = claims == null ? List.of() : List.copyOf(claims);
  }
}
