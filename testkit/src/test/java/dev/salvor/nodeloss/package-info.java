/** The map of a lost node against topologies that were drawn by hand. */
@NullMarked
package dev.salvor.nodeloss;

import org.jspecify.annotations.NullMarked;
