/** Whole runbooks against the modelled cluster, undisturbed and disturbed. */
@NullMarked
package dev.salvor.recovery;

import org.jspecify.annotations.NullMarked;
