/**
 * Velero, Flux and Argo CD as far as a recovery can tell them from the real ones, with their
 * misbehaviours. They act on a {@link dev.salvor.testkit.World}, so the same models play in memory
 * and on a real API server.
 */
@NullMarked
package dev.salvor.testkit.models;

import org.jspecify.annotations.NullMarked;
