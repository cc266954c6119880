package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The Cluster that was recovered beside.
 *
 * @param name of the Cluster, {@code <cluster>-r<attempt>}
 * @param claims claim of the old primary -> claim of the copy that is to take its place
 * @param systemId as the copy reports it
 * @param timeline as the copy reports it
 * @param lastTransaction time of the last transaction that recovery replayed, as PostgreSQL logged
 *     it; null if it logged none
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record CopyFacts(
    String name,
    String uid,
    Map<String, String> claims,
    String systemId,
    long timeline,
    @Nullable String lastTransaction) {
  public CopyFacts {
    claims = claims == null ? Map.of() : Map.copyOf(claims);
  }
}
