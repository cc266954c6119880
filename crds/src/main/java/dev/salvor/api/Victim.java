package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * An object chosen for destruction, pinned by UID: its successor of the same name is not a victim.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Victim(Ref ref, String uid) {}
