package dev.salvor.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * A pod of the lost node that recoveries lean on: it has to run elsewhere before they begin.
 *
 * @param what for people: {@code Velero}, {@code a provisioner}
 * @param pod the one on the lost node
 * @param controller what makes another one of it
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record HelperFacts(String what, Victim pod, Ref controller) {}
