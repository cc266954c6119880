package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** A query that judges the recovered copy, read-only, as the owner of the application database. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record SqlCheck(
    @Required @Pattern("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$") @Size(min = 1, max = 40) String name,
    @JsonPropertyDescription("One SQL query") @Required @Size(min = 1, max = 4096) String query,
    @JsonPropertyDescription(
            "What the query must answer, as psql prints it unaligned and without headers, e.g. t or 42")
        @Size(max = 1024)
        @Default("t")
        @Nullable String expect,
    @JsonPropertyDescription("The database; that of the application if absent") @Size(max = 63)
        @Nullable String database,
    @JsonPropertyDescription("Go duration")
        @Pattern("^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$")
        @Size(max = 32)
        @Default("5m")
        @Nullable String timeout) {

  /** {@link #expect} without the null. */
  public String expected() {
    return expect == null ? "t" : expect;
  }
}
