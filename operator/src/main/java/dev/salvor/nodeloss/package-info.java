/**
 * Who had data on a node that is gone, and how each gets it back.
 *
 * <p>Neither a missing Node object nor a silent kubelet proves that a machine is off: everything
 * destructive here rests on a person's word, is checked again before every deletion, and stops when
 * the node comes back.
 */
@NullMarked
package dev.salvor.nodeloss;

import org.jspecify.annotations.NullMarked;
