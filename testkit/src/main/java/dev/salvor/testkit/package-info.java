/** A cluster in memory that can be as unpleasant as a real one, for tests and for the demo. */
@NullMarked
package dev.salvor.testkit;

import org.jspecify.annotations.NullMarked;
