/**
 * Runs a list of steps so that a crash at any instruction loses nothing and repeats nothing. Knows
 * no Kubernetes.
 */
@NullMarked
package dev.salvor.engine;

import org.jspecify.annotations.NullMarked;
