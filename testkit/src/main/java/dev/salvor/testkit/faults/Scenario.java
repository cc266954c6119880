package dev.salvor.testkit.faults;

import java.util.function.Supplier;

/**
 * One recovery to be disturbed.
 *
 * @param name for the replay command
 * @param phase how it ends when nobody disturbs it
 * @param stage builds it from nothing, the same each time
 */
public record Scenario(String name, String phase, Supplier<Stage> stage) {}
