package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import org.jspecify.annotations.Nullable;

/**
 * How far the data is.
 *
 * @param eta seconds left at the rate so far; null while unknown
 * @param text for the column PROGRESS: {@code 43% of 1.2 GiB, 2m left}
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Progress(
    long bytesDone, long bytesTotal, @Nullable Long eta, @Nullable String text) {}
