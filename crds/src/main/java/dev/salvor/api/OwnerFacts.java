package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import org.jspecify.annotations.Nullable;

/**
 * A GitOps object that writes to the target or to another owner, as it was before. Listed root
 * first: held in this order, released in the opposite one.
 *
 * @param alreadyHeld a person had suspended it; it stays so
 * @param before the fields to give back: JSON pointer -> value, null value for a field that was
 *     absent
 * @param why {@code applies Deployment shop/web}, {@code would revert the hold of Kustomization
 *     flux-system/apps}
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record OwnerFacts(
    Ref ref,
    String uid,
    boolean alreadyHeld,
    @PreserveUnknownFields @Nullable ObjectNode before,
    @Nullable String why) {}
