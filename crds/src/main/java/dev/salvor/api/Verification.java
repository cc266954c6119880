package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What must hold after the recovery before GitOps is given back. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Verification(
    @JsonPropertyDescription("How long the workloads may take to be ready, as a Go duration")
        @Pattern("^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$")
        @Size(max = 32)
        @Default("10m")
        @Nullable String workloadsReady,
    @JsonPropertyDescription("HTTP GETs of Services of the namespace") @Size(max = 16)
        @Nullable List<Http> http) {

  /** One GET, answered with the expected status within {@code workloadsReady}. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Http(
      @JsonPropertyDescription("Name of a Service of the namespace")
          @Required
          @Size(min = 1, max = 63)
          String service,
      @Required @Min(1) @Max(65535) int port,
      @JsonPropertyDescription("Path, with a leading slash")
          @Pattern("^/.*$")
          @Size(max = 2048)
          @Default("/")
          @Nullable String path,
      @Min(100) @Max(599) @Default("200") @Nullable Integer status) {}
}
