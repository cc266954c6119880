package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * An instance that is to become the primary, because the fail-over has not come.
 *
 * @param cluster the Cluster of CloudNativePG
 * @param uid UID of it
 * @param instance name of the instance and its pod
 * @param pod UID of that pod
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record PromotionFacts(Ref cluster, String uid, String instance, String pod) {}
