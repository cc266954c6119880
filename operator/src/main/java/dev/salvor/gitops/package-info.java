/** Flux and Argo CD: who writes to the target, holding them, giving them back. */
@NullMarked
package dev.salvor.gitops;

import org.jspecify.annotations.NullMarked;
