/** Velero: which backup, what is in it, restoring it, proving it, and what is stuck and why. */
@NullMarked
package dev.salvor.velero;

import org.jspecify.annotations.NullMarked;
