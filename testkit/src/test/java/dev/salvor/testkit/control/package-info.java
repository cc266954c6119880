/** The embedded control plane as tests get it. */
@NullMarked
package dev.salvor.testkit.control;

import org.jspecify.annotations.NullMarked;
