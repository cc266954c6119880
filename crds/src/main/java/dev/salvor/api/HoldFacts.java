package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import org.jspecify.annotations.Nullable;

/**
 * An object that is held, paused or deleted, as it was before.
 *
 * @param before the fields to give back: JSON pointer -> value, null value for a field that was
 *     absent
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record HoldFacts(Ref ref, String uid, @PreserveUnknownFields @Nullable ObjectNode before) {}
