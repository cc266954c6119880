/** Whole recoveries on a real cluster with real Velero, Flux and Argo CD. */
@NullMarked
package dev.salvor.e2e;

import org.jspecify.annotations.NullMarked;
